package vi

import "testing"

func TestQuick(t *testing.T) {
	for _, s := range []string{"hoà hòa uỷ ủy quý qúy khoẻ khỏe thuở giá gìn toàn tòan của người nước giữa giờ quyết", "Kết luận số 21-KL/TW, tăng 5,83% giai đoạn 2021-2030; TP.HCM Chinhphu.vn kinhtedothi.vn kinh tế-xã hội KT-XH 11-ĐA/TU Covid-19 8/1/2022. V-League Ðổi mới."} {
		for _, k := range Tokens(s) {
			t.Logf("%q %q w=%v b=%v", s[k.Start:k.End], k.Text, k.Whole, k.Break)
		}
	}
}
