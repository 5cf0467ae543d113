package index

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"trichdan/corpus"
	"trichdan/corpus/vi"
)

// mendedCorpus is a small corpus with the syllables of the tests side by side.
func mendedCorpus(t *testing.T) *Index {
	t.Helper()
	m := newMemory(
		&corpus.Article{ID: "a", Body: "Cầu Long Biên được sơn lại. Cầu Long Biên dài hơn hai cây số. Cô bán hàng rong ở đầu cầu đã bảy mươi tuổi."},
		&corpus.Article{ID: "b", Body: "Chợ nổi họp từ sáng sớm trên sông. Thuyền bán trái cây đông nhất. Chợ có xe bus và tuổi teen."},
		&corpus.Article{ID: "c", Body: "Trường tiểu học mở lớp bơi miễn phí cho học sinh nghèo."},
		&corpus.Article{ID: "d", Body: "Thành ủy họp về đường sắt đô thị. Bí thư Thành ủy nói đường sắt chậm. Bí thư quận ủy cũng dự."},
		&corpus.Article{ID: "e", Body: "Đội tuyển thắng ở World Cup. Châu Á có ba đội. Mạng 5G phủ khắp quận Q1 và đường A3."},
	)
	x := openIndex(t, t.TempDir(), m)
	mustUpdate(t, x)
	return x
}

func TestRepairs(t *testing.T) {
	x := mendedCorpus(t)
	for typed, want := range map[string]string{
		// Keys of Telex and VNI.
		"thanhf uyr họp về gì":                 "thành ủy họp về gì",
		"Thanhf UYR họp":                       "Thành ỦY họp",
		"tha2nh u3y họp":                       "thành ủy họp",
		"dduowngf sawts ddoo thị":              "đường sắt đô thị",
		"d9uo7ng2 sa81t đô thị":                "đường sắt đô thị",
		"dduwowngf sắt":                        "đường sắt",
		"duowngf sắt":                          "đường sắt", // and đ was not typed
		"cầu Long Bieen được sơn lại khi nào?": "cầu Long Biên được sơn lại khi nào?",
		"cầu Long Biên laf gì":                 "cầu Long Biên là gì",
		"thanhf uy":                            "thành ủy",
		// A letter twice, swapped, wrong, missing.
		"thànnh ủy họp":      "thành ủy họp",
		"htành ủy họp":       "thành ủy họp",
		"thànb ủy họp":       "thành ủy họp",
		"trườg tiểu học":     "trường tiểu học",
		"lớp bơiii miễn phí": "",
		"Lnog Biên ở đâu":    "Long Biên ở đâu",
		// Some diacritics are missing; a name that the articles do not have stays.
		"cầu Long Biên và cầu Kim": "", "chợ bay xanh lơ": "",
		"bi thu quan ủy":   "bí thư quận ủy",
		"lop bơi mien phi": "lớp bơi miễn phí",
		// All are.
		"Bi thu thanh uy noi gi": "Bí thư thành ủy nói gì",
		"cho noi tren song":      "chợ nổi trên sông",
		"thanhf uy hop":          "thành ủy họp",
		// Nothing is wrong.
		"cầu Long Biên": "", "xe bus ở chợ": "", "tuổi teen": "", "World Cup châu Á": "", "mạng 5G": "", "quận Q1": "", "đường A3": "",
		"world cup": "", "5g": "", "t2 q1 a3": "", "covid ở chợ": "", "as Roma": "", "chợ hanoi": "", "": "", "?": "", "2022": "",
		"quyết định số 99-QĐ/XX": "", "Nguyễn Văn Ngưng": "",
	} {
		got, err := x.Search(t.Context(), Query{Text: typed})
		if err != nil {
			t.Fatal(err)
		}
		if want == "" {
			want = typed
		}
		q := got.Question
		if q.Understood() != want || (len(q.Repairs) > 0) != (want != typed) || q.Text != typed {
			t.Errorf("%q: %q, want %q: %+v", typed, q.Understood(), want, q.Repairs)
		}
		left, err := x.Search(t.Context(), Query{Text: typed, AsTyped: true})
		if err != nil {
			t.Fatal(err)
		}
		if len(left.Question.Repairs) > 0 || left.Question.Understood() != typed {
			t.Errorf("%q as typed: %+v", typed, left.Question.Repairs)
		}
	}
}

// TestRepairsRank: what is mended is ranked as what was meant, by Rank as well.
func TestRepairsRank(t *testing.T) {
	x := mendedCorpus(t)
	for typed, meant := range map[string]string{
		"dduowngf sawts đô thij":  "đường sắt đô thị",
		"tha2nh u3y họp":          "thành ủy họp",
		"thànnh ủy":               "thành ủy",
		"bi thu quan ủy":          "bí thư quận ủy",
		"thanhf uyr hopj tháng 3": "thành ủy họp tháng 3",
	} {
		got, err := x.Rank(t.Context(), typed, 5)
		if err != nil {
			t.Fatal(err)
		}
		want, err := x.Rank(t.Context(), meant, 5)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, want) || len(got) == 0 {
			t.Errorf("%q: %v, want %v", typed, got, want)
		}
	}
}

func TestRepairsMistake(t *testing.T) {
	x := mendedCorpus(t)
	for typed, want := range map[string]Mistake{"thanhf ủy": LeftKeys, "thànnh ủy": Misspelled, "bi thu thanh uy": NoMarks} {
		r, err := x.Search(t.Context(), Query{Text: typed})
		if err != nil {
			t.Fatal(err)
		}
		for _, repair := range r.Question.Repairs {
			if repair.Mistake != want {
				t.Errorf("%q: %+v, want %s", typed, repair, want)
			}
		}
		if len(r.Question.Repairs) == 0 {
			t.Errorf("%q was not mended", typed)
		}
	}
}

// TestRepairsAreBounded: repairs stand in order inside the text, change it, and
// say to what; a mended question is mended no further.
func TestRepairsAreBounded(t *testing.T) {
	m := newMemory(&corpus.Article{ID: "a", Body: "Hạ Nội nối sông. Cầu mưa mùa đường dương."}, &corpus.Article{ID: "b", Body: "Hà Nội mùa mưa. Câu song đường."})
	x := openIndex(t, t.TempDir(), m)
	mustUpdate(t, x)
	rapid.Check(t, func(t *rapid.T) {
		var words []string
		for _, v := range rapid.SliceOfN(rapid.SampledFrom(vocabulary), 0, 6).Draw(t, "words") {
			w := rapid.SampledFrom([]string{v.accented, v.folded, v.folded + "f", v.accented + "s", strings.ToUpper(v.folded), v.folded + "1", "x" + v.accented}).Draw(t, "typed")
			words = append(words, w)
		}
		text := strings.Join(words, rapid.SampledFrom([]string{" ", ", ", "-", "\n"}).Draw(t, "between"))
		r, err := x.Search(t.Context(), Query{Text: text})
		if err != nil {
			t.Fatal(err)
		}
		at := 0
		for _, repair := range r.Question.Repairs {
			if repair.Start < at || repair.End <= repair.Start || repair.End > len(text) || repair.To == "" {
				t.Fatalf("%q: %+v", text, r.Question.Repairs)
			}
			if vi.Normalize(text[repair.Start:repair.End]) == vi.Normalize(repair.To) {
				t.Fatalf("%q: %+v changes nothing", text, repair)
			}
			at = repair.End
		}
	})
}

func TestFrequenciesAreKept(t *testing.T) {
	var k keptFrequencies
	one := countKey{"p", "a", ""}
	k.put("one", one, 7)
	if n, ok := k.get("one", one); n != 7 || !ok {
		t.Errorf("kept %d, %v", n, ok)
	}
	if _, ok := k.get("two", one); ok {
		t.Error("a count of another snapshot")
	}
	k.put("two", one, 8)
	if _, ok := k.get("one", one); ok {
		t.Error("a count of the snapshot before")
	}
	for i := range mostCounts + 1 {
		k.put("two", countKey{"p", strings.Repeat("a", i%50), string(rune(i))}, 1)
	}
	if len(k.counts) > mostCounts {
		t.Errorf("%d are kept", len(k.counts))
	}
}

// TestFrequencies: they are those of the snapshot, after a change as well.
func TestFrequencies(t *testing.T) {
	m := newMemory(&corpus.Article{ID: "a", Body: "Sông Hồng đỏ. Sông Hồng dài."}, &corpus.Article{ID: "b", Body: "Hoa hồng đỏ."})
	x := openIndex(t, t.TempDir(), m)
	count := func() []float64 {
		mustUpdate(t, x)
		v, err := x.view()
		if err != nil {
			t.Fatal(err)
		}
		defer v.close()
		f, err := x.frequenciesOf(v)
		if err != nil {
			t.Fatal(err)
		}
		var list []float64
		for range 2 { // looked up, and kept
			list = list[:0]
			for _, term := range []string{"hồng", "sông", "hong"} {
				n, err := f.syllable(term)
				if err != nil {
					t.Fatal(err)
				}
				list = append(list, n)
			}
			n, err := f.pair("sông", "hồng")
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, n)
		}
		return list
	}
	if got := count(); !slices.Equal(got, []float64{2, 1, 0, 1}) {
		t.Errorf("%v", got)
	}
	m.withdraw("a", true)
	if got := count(); !slices.Equal(got, []float64{1, 0, 0, 0}) {
		t.Errorf("after a withdrawal: %v", got)
	}
}

// TestSlipsOfLongWords: what is longer than any syllable is looked at no further.
func TestSlipsOfLongWords(t *testing.T) {
	if list := slips("nghiiêng", false); len(list) != 1 || list[0] != "nghiêng" {
		t.Errorf("the longest syllable with a letter twice is %q", list)
	}
	if list := slips("nghiiiêng", false); list != nil {
		t.Errorf("a longer word is %q", list)
	}
}
