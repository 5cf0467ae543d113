package eval

import (
	"encoding/json"
	"errors"
	"iter"
	"path/filepath"
	"strconv"
	"strings"
)

// Doc is a document of a test collection.
type Doc struct {
	ID    string
	Title string // may be empty
	Text  string
}

// Query is a question of a test collection.
type Query struct {
	ID   string
	Text string
	// Answers are the texts any of which answers the question; none where
	// the collection does not say.
	Answers []string
}

// Qrels are relevance judgements: query ID -> document ID -> grade. A grade
// above 0 means relevant; what is not judged counts as not relevant.
type Qrels map[string]map[string]int

var errNoID = errors.New("no _id")

// LoadCorpus reads the documents of the BEIR folder dir one by one, in the
// order of corpus.jsonl (or .gz), without holding the file in memory. An error
// names the file and the line, and ends the sequence.
func LoadCorpus(dir string) iter.Seq2[Doc, error] {
	return docs(fileLines(filepath.Join(dir, "corpus.jsonl")))
}

func docs(lines iter.Seq2[line, error]) iter.Seq2[Doc, error] {
	return func(yield func(Doc, error) bool) {
		for l, err := range lines {
			if err != nil {
				yield(Doc{}, err)
				return
			}
			var row struct {
				ID    string `json:"_id"`
				Title string `json:"title"`
				Text  string `json:"text"`
			}
			if err := json.Unmarshal(l.text, &row); err != nil {
				yield(Doc{}, l.errorf("%w", err))
				return
			}
			if row.ID == "" {
				yield(Doc{}, l.errorf("%w", errNoID))
				return
			}
			if !yield(Doc(row), nil) {
				return
			}
		}
	}
}

// LoadQueries reads queries.jsonl (or .gz) of the BEIR folder dir. An error
// names the file and the line; an ID that comes twice is one.
func LoadQueries(dir string) ([]Query, error) {
	return queries(fileLines(filepath.Join(dir, "queries.jsonl")))
}

func queries(lines iter.Seq2[line, error]) ([]Query, error) {
	var qs []Query
	seen := map[string]bool{}
	for l, err := range lines {
		if err != nil {
			return nil, err
		}
		var row struct {
			ID       string   `json:"_id"`
			Text     string   `json:"text"`
			Metadata metadata `json:"metadata"`
		}
		if err := json.Unmarshal(l.text, &row); err != nil {
			return nil, l.errorf("%w", err)
		}
		switch {
		case row.ID == "":
			return nil, l.errorf("%w", errNoID)
		case seen[row.ID]:
			return nil, l.errorf("query %q is there twice", row.ID)
		case strings.TrimSpace(row.Text) == "":
			return nil, l.errorf("query %q has no text", row.ID)
		}
		seen[row.ID] = true
		qs = append(qs, Query{ID: row.ID, Text: row.Text, Answers: row.Metadata.Answers})
	}
	return qs, nil
}

// metadata is free in form; only an object can hold answers.
type metadata struct {
	Answers texts
}

func (m *metadata) UnmarshalJSON(data []byte) error {
	if len(data) == 0 || data[0] != '{' {
		return nil
	}
	var object struct {
		Answers texts `json:"answers"`
	}
	err := json.Unmarshal(data, &object)
	m.Answers = object.Answers
	return err
}

// texts is a JSON string or a list of them: collections write both.
type texts []string

func (t *texts) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		*t = make(texts, 1)
		return json.Unmarshal(data, &(*t)[0])
	}
	return json.Unmarshal(data, (*[]string)(t))
}

// LoadQrels reads the judgements qrels/test.tsv (or .gz) of the BEIR folder
// dir: query ID, document ID and grade between tabs, after a line of column
// names, the third "score", that may be missing. An error names the file and
// the line; two different grades for one pair are one.
func LoadQrels(dir string) (Qrels, error) {
	return judgements(fileLines(filepath.Join(dir, "qrels", "test.tsv")))
}

func judgements(lines iter.Seq2[line, error]) (Qrels, error) {
	qrels := Qrels{}
	first := true
	for l, err := range lines {
		if err != nil {
			return nil, err
		}
		columns := strings.Split(strings.TrimRight(string(l.text), "\r"), "\t")
		if len(columns) != 3 || columns[0] == "" || columns[1] == "" {
			return nil, l.errorf("want query ID, document ID and grade between tabs")
		}
		header := first && strings.EqualFold(strings.TrimSpace(columns[2]), "score")
		first = false
		if header {
			continue
		}
		grade, err := strconv.Atoi(strings.TrimSpace(columns[2]))
		if err != nil {
			return nil, l.errorf("grade: %w", err)
		}
		query := qrels[columns[0]]
		if query == nil {
			query = map[string]int{}
			qrels[columns[0]] = query
		}
		if other, ok := query[columns[1]]; ok && other != grade {
			return nil, l.errorf("query %q and document %q were graded %d before", columns[0], columns[1], other)
		}
		query[columns[1]] = grade
	}
	return qrels, nil
}
