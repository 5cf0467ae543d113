package vi

// stops are function syllables in normal form. A syllable is listed only
// where no common content word of news is written with it. That leaves out
// năm, công, hội, chính, nhà, nước, bộ, an and every other syllable of nouns,
// names and offices, and also: mới (nông thôn mới), ở (nhà ở), chỉ (chỉ thị),
// thế (thế giới), nhất (thống nhất), quá (quá trình), vừa (nhỏ và vừa), bị
// (bị cáo), do (tự do), không (hàng không), theo (theo dõi), như (Như Quỳnh),
// bằng (văn bằng), cả, việc, người, times and ranks (qua, sau, trước, trên),
// question words and numbers.
var stops = set(`
	và là của có được cho trong với các những này đó kia ấy thì mà đã sẽ đang
	về từ tại vào ra để khi nếu vì nên rằng bởi cũng vẫn đều rất lại còn nữa
	nhưng hay hoặc đến tới vậy à ạ nhé nhỉ ư ơi từng hơn mỗi mọi một`)

// foldedStops are function syllables without diacritics. Folding throws many
// syllables together, so a stop stays out where a common content syllable
// folds to the same letters: dang (đảng), da (đá, đa), thi (thi, thị), ma (ma
// túy, mã), vi (vị, vi phạm), nen (nền), cung (cung), trong (trọng, trồng),
// co (cơ, cổ), tai (tài), tu (tư), ve (vệ, vé), de (đề, đê), khi (khí), den
// (đèn, đền), con, lai (lái), kia, nay, do (đô, độ), rang (răng), ra, vao.
//
// Tolerated, because the function word is many times as frequent and the
// content word is found by the syllable beside it: la (lạ, Sơn La), va (va
// chạm), cho (chợ, chỗ), cua (cửa), duoc (dược), voi (vòi), se (chia sẻ).
var foldedStops = set(`la va cua duoc cho voi cac nhung se rat mot`)

// IsStop reports whether a syllable in normal form (see Normalize) is so
// common a function word that it tells nothing about what a text is about.
func IsStop(norm string) bool { return stops[norm] }

// IsStopFolded is IsStop for text that is written without diacritics; folded
// is the form that Fold gives. It knows fewer syllables than IsStop, because
// content syllables may not be lost.
func IsStopFolded(folded string) bool { return foldedStops[folded] }
