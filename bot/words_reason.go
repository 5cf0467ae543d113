package bot

import (
	"regexp"
	"strings"

	"trichdan/bot/chat"
)

// vietnameseReasons are what the readers of articles say of what they cannot
// read, part by part, as corpus/source and jobs word it.
var vietnameseReasons = map[string]string{
	"unknown kind of file (want .txt, .md, .html or .jsonl, each also as .gz)": "loại tệp không đọc được (cần .txt, .md, .html hoặc .jsonl, nén .gz cũng được)",
	"not a regular file":                             "không phải tệp thường",
	"symbolic link that leaves the folder":           "liên kết ra ngoài thư mục",
	"symbolic link":                                  "liên kết",
	"symbolic links in a circle":                     "các liên kết trỏ vòng quanh",
	"larger than 10 MB":                              "lớn hơn 10 MB",
	"larger than 1 GB":                               "lớn hơn 1 GB",
	"line longer than 10 MB":                         "dòng dài hơn 10 MB",
	"empty":                                          "tệp rỗng",
	"no article in it":                               "không có bài nào trong đó",
	"no article text, only boilerplate":              "không có nội dung bài, chỉ có phần phụ của trang",
	"not text (NUL bytes)":                           "không phải văn bản (có byte NUL)",
	"not text (PDF, PostScript or RTF)":              "không phải văn bản (PDF, PostScript hoặc RTF)",
	"not valid UTF-8, and no UTF-16 byte order mark": "không phải UTF-8, cũng không phải UTF-16 có dấu thứ tự byte",
	"not an article in JSON":                         "không phải một bài viết dạng JSON",
	"unexpected end of JSON input":                   "JSON dừng giữa chừng",
	"no body":                                        "không có body",
	"front matter":                                   "phần đầu tệp (front matter)",
	"the file has that address twice":                "tệp có hai bài cùng địa chỉ",
	"the reader of this kind of file failed":         "gặp lỗi khi đọc loại tệp này",
	"no such file or directory":                      "không tìm thấy thư mục hoặc tệp",
	"permission denied":                              "không có quyền",
	"read-only file system":                          "ổ đĩa chỉ cho đọc",
	"no space left on device":                        "ổ đĩa đã đầy",
	"unexpected EOF":                                 "tệp bị cắt cụt",
}

var (
	linePlace = regexp.MustCompile(`(^|#)line (\d+)$`)
	// The name of a file stands before it.
	sameAddress = regexp.MustCompile(`^(.+) has that address, and is not replaced$`)
)

// reason words why something cannot be read: parts with ": " between them, the
// last of which may be what a library says. A part that is not known stays as it
// is.
func (w *words) reason(text string) string {
	if w.lang != chat.Vietnamese {
		return text
	}
	parts := strings.Split(text, ": ")
	for i, p := range parts {
		if known, ok := vietnameseReasons[p]; ok {
			parts[i] = known
			continue
		}
		p = linePlace.ReplaceAllString(p, "${1}dòng $2")
		parts[i] = sameAddress.ReplaceAllString(p, "$1 có cùng địa chỉ, và không bị thay")
	}
	return strings.Join(parts, ": ")
}
