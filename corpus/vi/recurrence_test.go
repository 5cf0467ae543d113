package vi

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// showRecurrence writes a recurrence as "daily 07:00", "weekly 1,0 08:30",
// "every 6h" or "arrival", with "~" for a time that was not said.
func showRecurrence(r Recurrence) string {
	at := fmt.Sprintf("%02d:%02d", r.Hour, r.Minute)
	if !r.Timed {
		at = "~" + at
	}
	switch r.Kind {
	case Daily:
		return "daily " + at
	case Weekly:
		var days []string
		for d := range r.Weekdays.All() {
			days = append(days, fmt.Sprint(int(d)))
		}
		return "weekly " + strings.Join(days, ",") + " " + at
	case Hourly:
		return fmt.Sprintf("every %dh", r.Every)
	}
	return r.Kind.String()
}

// showRequest writes what was understood as "recurrence; topic".
func showRequest(s string) string {
	r, rest, ok, err := ParseRecurrence(s)
	var e *RecurrenceError
	switch {
	case errors.As(err, &e):
		return fmt.Sprintf("error %d %q; %s", e.Problem, e.Text, rest)
	case !ok:
		return "none; " + rest
	}
	return showRecurrence(r) + "; " + rest
}

var recurrenceCases = []struct{ in, want string }{
	{"", "none; "},
	{"hằng ngày", "daily ~07:00; "},
	{"hàng ngày", "daily ~07:00; "},
	{"mỗi ngày", "daily ~07:00; "},
	{"mỗi ngày một lần", "daily ~07:00; "},
	{"ngày 1 lần", "daily ~07:00; "},
	{"hằng ngày 7h sáng về Luật Thủ đô", "daily 07:00; Luật Thủ đô"},
	{"Hàng ngày lúc 07:00", "daily 07:00; "},
	{"HẰNG NGÀY LÚC 7H TỐI VỀ GIÁ XĂNG", "daily 19:00; GIÁ XĂNG"},
	{"hằng ngày 7h sáng Luật Thủ đô", "daily 07:00; Luật Thủ đô"},
	{"hằng ngày, 7h sáng, chủ đề: Luật Thủ đô.", "daily 07:00; Luật Thủ đô"},
	{"hằng ngày lúc 7 giờ 30 phút sáng về chủ đề nhà ở xã hội", "daily 07:30; nhà ở xã hội"},
	{"mỗi sáng", "daily 07:00; "},
	{"mỗi trưa", "daily 12:00; "},
	{"mỗi chiều", "daily 16:00; "},
	{"mỗi buổi tối về bóng đá", "daily 19:00; bóng đá"},
	{"mỗi sáng lúc 6h30", "daily 06:30; "},
	{"mỗi tối 8h", "daily 20:00; "},
	{"mỗi tối lúc 8 rưỡi", "daily 20:30; "},
	{"8h30 mỗi sáng", "daily 08:30; "},
	{"mỗi sáng về giá vàng lúc 6h", "daily 06:00; giá vàng"},
	{"mỗi sáng thứ hai", "weekly 1 07:00; "},
	{"mỗi sáng chủ nhật 9h", "weekly 0 09:00; "},
	{"7 giờ tối", "daily 19:00; "},
	{"7 giờ tối về xổ số", "daily 19:00; xổ số"},
	{"lúc 7 tối", "daily 19:00; "},
	{"lúc 7", "daily 07:00; "},
	{"lúc 19h05 về lũ lụt", "daily 19:05; lũ lụt"},
	{"bảy giờ sáng", "daily 07:00; "},
	{"mười một giờ rưỡi trưa", "daily 11:30; "},
	{"hai mươi giờ", "daily 20:00; "},
	{"không giờ", "daily 00:00; "},
	{"8g30 sáng", "daily 08:30; "},
	{"8h kém 15", "daily 07:45; "},
	{"8 giờ kém mười lăm phút tối", "daily 19:45; "},
	{"1h kém 5 chiều", "daily 12:55; "},
	{"0h kém 5", "daily 23:55; "},
	{"nửa đêm", "daily 00:00; "},
	{"12h đêm", "daily 00:00; "},
	{"12h trưa", "daily 12:00; "},
	{"1h trưa", "daily 13:00; "},
	{"giữa trưa", "daily 12:00; "},
	{"3h chiều", "daily 15:00; "},
	{"15h chiều", "daily 15:00; "},
	{"11h đêm", "daily 23:00; "},
	{"2h đêm", "daily 02:00; "},
	{"24h", "daily 00:00; "},
	{"07:00", "daily 07:00; "},
	{"07:00 giá xăng", "daily 07:00; giá xăng"},

	{"thứ hai hằng tuần 8:30", "weekly 1 08:30; "},
	{"hằng tuần", "weekly 1 ~07:00; "},
	{"hằng tuần T2 07:00", "weekly 1 07:00; "},
	{"thứ hai hàng tuần lúc 8h30 về bất động sản", "weekly 1 08:30; bất động sản"},
	{"8h sáng thứ 3 hàng tuần về y tế", "weekly 2 08:00; y tế"},
	{"sáng thứ tư hằng tuần", "weekly 3 07:00; "},
	{"T2 07:00", "weekly 1 07:00; "},
	{"t7 8h", "weekly 6 08:00; "},
	{"T2, T4 và T6 lúc 8h", "weekly 1,3,5 08:00; "},
	{"mỗi thứ sáu, 2:00pm về Luật Thủ đô", "weekly 5 14:00; Luật Thủ đô"},
	{"thứ 6, 2:30pm", "weekly 5 14:30; "},
	{"thứ 2, 4, 6 lúc 7h", "weekly 1,3,5 07:00; "},
	{"thứ 2-4-6 lúc 7h", "weekly 1,3,5 07:00; "},
	{"T2,4,6 19h", "weekly 1,3,5 19:00; "},
	{"thứ ba, năm, bảy lúc 7h", "weekly 2,4,6 07:00; "},
	{"thứ hai và thứ năm về giao thông", "weekly 1,4 ~07:00; giao thông"},
	{"T2-T6 7h", "weekly 1,2,3,4,5 07:00; "},
	{"từ thứ hai đến thứ sáu lúc 7h về chứng khoán", "weekly 1,2,3,4,5 07:00; chứng khoán"},
	{"hằng ngày từ thứ 2 đến thứ 6, 7h", "weekly 1,2,3,4,5 07:00; "},
	{"thứ sáu đến thứ hai", "weekly 1,5,6,0 ~07:00; "},
	{"thứ hai đến chủ nhật 6h", "daily 06:00; "},
	{"chủ nhật", "weekly 0 ~07:00; "},
	{"cn", "weekly 0 ~07:00; "},
	{"CN 9h về du lịch", "weekly 0 09:00; du lịch"},
	{"mỗi chủ nhật", "weekly 0 ~07:00; "},
	{"mỗi ngày thứ hai", "weekly 1 ~07:00; "},
	{"cuối tuần", "weekly 6,0 ~07:00; "},
	{"cuối tuần lúc 9h về phim", "weekly 6,0 09:00; phim"},
	{"các ngày trong tuần", "weekly 1,2,3,4,5 ~07:00; "},
	{"tất cả các ngày trong tuần 6h", "daily 06:00; "},
	{"các ngày trong tuần 6h30 giá cà phê", "weekly 1,2,3,4,5 06:30; giá cà phê"},
	{"hằng ngày trừ chủ nhật 7h", "weekly 1,2,3,4,5,6 07:00; "},
	{"every day except weekends at 8 about X", "weekly 1,2,3,4,5 08:00; X"},
	{"trừ thứ bảy và chủ nhật về X", "weekly 1,2,3,4,5 ~07:00; X"},
	{"phép trừ", "none; phép trừ"},
	{"hằng ngày lúc 7.30", "daily 07:30; "},
	{"cứ 8h tối về X", "daily 20:00; X"},
	{"lúc nào có bài mới về X", "arrival; X"},
	{"thứ hai, giá vàng", "weekly 1 ~07:00; giá vàng"},

	{"mỗi 6 giờ", "every 6h; "},
	{"mỗi 6h về bão", "every 6h; bão"},
	{"6 tiếng một lần", "every 6h; "},
	{"cứ 3 tiếng về giá vàng", "every 3h; giá vàng"},
	{"cứ sáu tiếng 1 lần", "every 6h; "},
	{"2h/lần về bão", "every 2h; bão"},
	{"mỗi giờ", "every 1h; "},
	{"hàng giờ", "every 1h; "},
	{"mỗi 6h sáng", "daily 06:00; "},
	{"mỗi 6 giờ 30", "daily 06:30; "},

	{"ngay", "arrival; "},
	{"ngay về bão số 3", "arrival; bão số 3"},
	{"ngay lập tức", "arrival; "},
	{"ngay khi có bài", "arrival; "},
	{"ngay khi có bài mới về Luật Thủ đô", "arrival; Luật Thủ đô"},
	{"khi có tin mới về thủy điện", "arrival; thủy điện"},
	{"báo tôi ngay khi có tin về bão", "arrival; bão"},
	{"có bài là gửi", "arrival; "},

	// Behind the topic, and around it.
	{"về Luật Thủ đô hằng ngày 7h sáng", "daily 07:00; Luật Thủ đô"},
	{"Luật Thủ đô mỗi sáng", "daily 07:00; Luật Thủ đô"},
	{"bóng đá T2, T4 lúc 8h nhé", "weekly 1,3 08:00; bóng đá"},
	{"giá xăng lúc 8h", "daily 08:00; giá xăng"},
	{"hằng ngày về giá vàng lúc 9h", "daily 09:00; giá vàng"},
	{"7h sáng về giá vàng thứ hai hằng tuần", "weekly 1 07:00; giá vàng"},
	{"bão ngay khi có tin", "arrival; bão"},
	{"gửi cho tôi tin về giá vàng mỗi sáng", "daily 07:00; giá vàng"},
	{"tôi muốn nhận tin tức mỗi sáng về giá điện", "daily 07:00; giá điện"},
	{"hằng ngày gửi bản tin về giá điện", "daily ~07:00; giá điện"},
	{"đăng ký hằng ngày 7h về trường học", "daily 07:00; trường học"},

	// The topic's own numbers, days and times.
	{"về giá xăng ngày 1/1", "none; giá xăng ngày 1/1"},
	{"về thứ hạng bóng đá", "none; thứ hạng bóng đá"},
	{"thứ hạng bóng đá", "none; thứ hạng bóng đá"},
	{"chủ đề Luật Thủ đô", "none; Luật Thủ đô"},
	{"về thứ hai đen tối", "none; thứ hai đen tối"},
	{"thứ ba thế giới", "none; thứ ba thế giới"},
	{"chủ nhật xanh", "none; chủ nhật xanh"},
	{"sáng tạo khởi nghiệp", "none; sáng tạo khởi nghiệp"},
	{"hằng ngày sáng tạo khởi nghiệp", "daily ~07:00; sáng tạo khởi nghiệp"},
	{"tối cao", "none; tối cao"},
	{"ngày Quốc khánh", "none; ngày Quốc khánh"},
	{"ngay 30/4", "none; ngay 30/4"},
	{"48 giờ vượt lũ", "none; 48 giờ vượt lũ"},
	{"hằng ngày 48 giờ vượt lũ", "daily ~07:00; 48 giờ vượt lũ"},
	{"hằng ngày về chương trình 19h", "daily ~07:00; chương trình 19h"},
	{"hằng ngày 7h về vụ cháy lúc 9h", "daily 07:00; vụ cháy lúc 9h"},
	{"hằng ngày 7h về lễ hội hằng tuần", "daily 07:00; lễ hội hằng tuần"},
	{"hằng ngày 7h 20 năm Hội An", "daily 07:00; 20 năm Hội An"},
	{"hằng ngày 7h 100 năm Đà Lạt", "daily 07:00; 100 năm Đà Lạt"},
	{"T2 8h về tháng 12", "weekly 1 08:00; tháng 12"},
	{"về lương hàng tháng", "none; lương hàng tháng"},
	{"lương hưu hàng tháng", "none; lương hưu hàng tháng"},
	{"tin giả", "none; tin giả"},
	{"gửi tiền tiết kiệm", "none; gửi tiền tiết kiệm"},
	{"hằng ngày tin giả", "daily ~07:00; tin giả"},
	{"công nghệ T2", "none; công nghệ T2"},
	{"tỷ số 2-1", "none; tỷ số 2-1"},
	{"“mỗi sáng 7h”", "none; “mỗi sáng 7h”"},
	{"hằng ngày “thứ hai đen tối”", "daily ~07:00; “thứ hai đen tối”"},
	{"hàng không giá rẻ", "none; hàng không giá rẻ"},
	{"hàng thứ hai", "none; hàng thứ hai"},
	{"8 giờ làm việc mỗi ngày", "daily ~07:00; 8 giờ làm việc"},
	{"vàng 9999", "none; vàng 9999"},
	{"tháng 2 và thứ 2/9", "none; tháng 2 và thứ 2/9"},

	// As people type on a phone: greetings, good manners, and when behind what it is about.
	{"moi sang 6g30 gia xang", "daily 06:30; gia xang"},
	{"sang thu 2 giao thong", "weekly 1 07:00; giao thong"},
	{"t7, cn 9h sáng thể thao", "weekly 6,0 09:00; thể thao"},
	{"chieu thu 6 luc 5h ve nha dat", "weekly 5 17:00; nha dat"},
	{"thứ 2 4 6 lúc 7h lịch họp", "weekly 1,3,5 07:00; lịch họp"},
	{"thứ 2 3 bài", "none; thứ 2 3 bài"},
	{"t2-cn 7h tin quận", "daily 07:00; tin quận"},
	{"Cho em đăng ký tin về bão lũ mỗi ngày 6h với ạ", "daily 06:00; bão lũ"},
	{"dạ cho em nhận tin mỗi sáng về lúa gạo ạ", "daily 07:00; lúa gạo"},
	{"em muốn nhận tin về lúa gạo vào 7h sáng hằng ngày ạ", "daily 07:00; lúa gạo"},
	{"bot ơi gửi tin hồ tiêu mỗi chiều 5h nhé", "daily 17:00; hồ tiêu"},
	{"tin về hồ tiêu, gửi 8h sáng mỗi ngày", "daily 08:00; hồ tiêu"},
	{"hồ tiêu 8h sáng", "daily 08:00; hồ tiêu"},
	{"hồ tiêu 18h30", "daily 18:30; hồ tiêu"},
	{"tầm 7h sáng mỗi ngày tin Huế", "daily 07:00; tin Huế"},
	{"hằng ngày hồ tiêu 9h", "daily 09:00; hồ tiêu"},
	{"hằng ngày lúc 7 hồ tiêu", "daily 07:00; hồ tiêu"},
	{"sáng nào cũng gửi hồ tiêu", "daily 07:00; hồ tiêu"},
	{"thứ hai nào cũng gửi hồ tiêu lúc 9h", "weekly 1 09:00; hồ tiêu"},
	{"hồ tiêu vào thứ sáu", "weekly 5 ~07:00; hồ tiêu"},
	{"hồ tiêu vào các buổi sáng thứ sáu", "weekly 5 07:00; hồ tiêu"},
	{"nông sản ngày mai 17h hằng ngày", "daily 17:00; nông sản ngày mai"},
	{"mỗi nửa ngày về hồ tiêu", "every 12h; hồ tiêu"},
	{"có tin sạt lở là báo ngay", "arrival; sạt lở"},
	{"có tin về sạt lở thì báo ngay cho tôi", "arrival; sạt lở"},
	{"báo ngay cho tôi khi có tin về sạt lở", "arrival; sạt lở"},
	{"gửi ngay tin về sạt lở", "arrival; sạt lở"},
	{"ngay sạt lở bờ sông", "arrival; sạt lở bờ sông"},
	{"ngay từ đầu năm học", "none; ngay từ đầu năm học"},
	{"theo dõi cầu vượt mỗi tối thứ 6", "weekly 5 19:00; cầu vượt"},
	{"đăng ký nhận bản tin hằng ngày vào lúc 8 giờ sáng với chủ đề cầu vượt", "daily 08:00; cầu vượt"},
	{"tất cả tin mới mỗi sáng", "daily 07:00; "},
	{"mọi tin mỗi sáng", "daily 07:00; "},
	{"tất cả", "none; "},
	{"mỗi sáng 🌧️ thời tiết :)", "daily 07:00; thời tiết"},
	{"hằng ngày 7h về cầu vượt 👍", "daily 07:00; cầu vượt"},
	{"hằng ngày 7h cầu vượt nhé", "daily 07:00; cầu vượt"},
	{" 👍 ", "none; 👍"},
	{"hằng ngày về 🙂", "daily ~07:00; về 🙂"},
	{"hằng ngày về ???", "daily ~07:00; về ???"},

	{"sếp cần tin về đối thủ mỗi sáng thứ hai lúc 8h", "weekly 1 08:00; đối thủ"},
	{"khi nào có bài về lũ quét thì báo mình", "arrival; lũ quét"},
	{"nếu có bài về lũ quét thì gửi ngay", "arrival; lũ quét"},
	{"có bài mới là gửi liền nhé", "arrival; "},
	{"tin nóng ngay lập tức", "arrival; tin nóng"},
	{"18h30' hồ tiêu hằng ngày", "daily 18:30; hồ tiêu"},
	{"bản tin 6h về hồ tiêu", "daily 06:00; hồ tiêu"},

	{"tối t7 8h", "weekly 6 20:00; "},
	{"ngày nào cũng gửi tin về thời tiết", "daily ~07:00; thời tiết"},
	{"cho xin tin lúa lúc 6h sáng hằng ngày", "daily 06:00; lúa"},
	{"gui tin gia lua 6h sang", "daily 06:00; gia lua"},
	{"tin lũ quét ngay khi có", "arrival; tin lũ quét"},

	// What looks like that, and is the topic.
	{"cấm xe từ 7h đến 9h", "none; cấm xe từ 7h đến 9h"},
	{"hằng ngày 7h về cấm xe từ 7h đến 9h", "daily 07:00; cấm xe từ 7h đến 9h"},
	{"lịch thi đấu cuối tuần mỗi thứ 6", "weekly 5 ~07:00; lịch thi đấu cuối tuần"},
	{"tạp chí Tia Sáng mỗi tuần", "weekly 1 ~07:00; tạp chí Tia Sáng"},
	{"chị em phụ nữ mỗi sáng", "daily 07:00; chị em phụ nữ"},
	{"em bé suy dinh dưỡng mỗi sáng", "daily 07:00; em bé suy dinh dưỡng"},
	{"gửi tin nhắn rác mỗi sáng", "daily 07:00; gửi tin nhắn rác"},
	{"đăng ký kết hôn mỗi sáng", "daily 07:00; đăng ký kết hôn"},
	{"tất cả trường học mỗi sáng", "daily 07:00; tất cả trường học"},
	{"thi vào 10 mỗi sáng", "daily 07:00; thi vào 10"},
	{"tai nạn 2h sáng", "none; tai nạn 2h sáng"},
	{"mỗi sáng tai nạn 2h sáng", "daily 07:00; tai nạn 2h sáng"},
	{"hằng ngày 7h tai nạn 9h sáng", "daily 07:00; tai nạn 9h sáng"},
	{"khoảng 20 người mất tích", "none; khoảng 20 người mất tích"},
	{"gia nha moi sang", "daily 07:00; gia nha"},
	{"hang ngay 7h gia nha", "daily 07:00; gia nha"},

	// Impossible ones.
	{"8h sáng mai hồ tiêu", `error 6 "sáng mai"; hồ tiêu`},
	{"8h tối nay bóng đá", `error 6 "tối nay"; bóng đá`},
	{"mỗi thứ 2 đầu tháng về ngân sách", `error 6 "thứ 2 đầu tháng"; ngân sách`},
	{"ngày 1 hàng tháng về lương", `error 6 "ngày 1 hàng tháng"; lương`},
	{"tuần 2 lần về hồ tiêu", `error 6 "tuần 2 lần"; hồ tiêu`},
	{"2 lần một tuần", `error 6 "2 lần một tuần"; `},
	{"mỗi sáng và chiều hồ tiêu", `error 3 "sáng và chiều"; hồ tiêu`},
	{"sáng và chiều hồ tiêu", `error 3 "sáng và chiều"; hồ tiêu`},
	{"từ 7h đến 9h hằng ngày hồ tiêu", `error 6 "từ 7h đến 9h"; hồ tiêu`},
	{"mỗi 2 tiếng từ 6h đến 22h về hồ tiêu", `error 6 "từ 6h đến 22h"; hồ tiêu`},
	{"cứ 30p hồ tiêu", `error 5 "cứ 30p"; hồ tiêu`},
	{"nửa tiếng một lần", `error 5 "nửa tiếng một lần"; `},
	{"mỗi nửa tháng", `error 6 "mỗi nửa tháng"; `},
	{"25h", `error 1 "25h"; `},
	{"hằng ngày lúc 25h về X", `error 1 "lúc 25h"; X`},
	{"hằng ngày 8:75", `error 1 "8:75"; `},
	{"8h75 sáng", `error 1 "8h75 sáng"; `},
	{"15h sáng", `error 1 "15h sáng"; `},
	{"mỗi sáng lúc 15h", `error 1 "sáng lúc 15h"; `},
	{"thứ tám", `error 2 "thứ tám"; `},
	{"thứ 8 lúc 7h về X", `error 2 "thứ 8"; X`},
	{"T8 lúc 7h", `error 2 "T8"; `},
	{"hằng ngày 7h và 19h", `error 3 "7h và 19h"; `},
	{"7h sáng 8h tối", `error 3 "7h sáng 8h tối"; `},
	{"T2 8h, T6 9h", `error 3 "8h, T6 9h"; `},
	{"mỗi sáng và tối", `error 3 "sáng và tối"; `},
	{"mỗi ngày 2 lần", `error 3 "mỗi ngày 2 lần"; `},
	{"mỗi sáng lúc 8h tối", `error 4 "mỗi sáng lúc 8h tối"; `},
	{"mỗi 6 giờ lúc 7h", `error 4 "mỗi 6 giờ lúc 7h"; `},
	{"ngay lúc 7h", `error 4 "ngay lúc 7h"; `},
	{"hằng ngày 7h hoặc 8h", `error 3 "7h hoặc 8h"; `},
	{"ngày 2 lần", `error 3 "ngày 2 lần"; `},
	{"hai lần mỗi ngày về X", `error 3 "hai lần mỗi ngày"; X`},
	{"twice a day", `error 3 "twice a day"; `},
	{"chủ nhật trừ chủ nhật", `error 4 "chủ nhật trừ chủ nhật"; `},
	{"mỗi năm về X", `error 6 "mỗi năm"; X`},
	{"hằng ngày hằng tuần", `error 4 "hằng ngày hằng tuần"; `},
	{"mỗi 30 phút", `error 5 "mỗi 30 phút"; `},
	{"mỗi 0 giờ", `error 5 "mỗi 0 giờ"; `},
	{"mỗi 500 tiếng", `error 5 "mỗi 500 tiếng"; `},
	{"hằng tháng về lương", `error 6 "hằng tháng"; lương`},
	{"mỗi 2 ngày", `error 6 "mỗi 2 ngày"; `},
	{"cách ngày", `error 6 "cách ngày"; `},
	{"7h sáng mai", `error 6 "sáng mai"; `},
	{"tối nay về bóng đá", `error 6 "tối nay"; bóng đá`},
	{"giá vàng hằng ngày lúc 25h", `error 1 "lúc 25h"; giá vàng`},

	// English.
	{"daily", "daily ~07:00; "},
	{"daily 7am about land law", "daily 07:00; land law"},
	{"every day at 7:30 pm about land law", "daily 19:30; land law"},
	{"every Monday 8:30", "weekly 1 08:30; "},
	{"Mondays at 8", "weekly 1 08:00; "},
	{"on Mon, Wed and Fri at 7 a.m. on football", "weekly 1,3,5 07:00; football"},
	{"Mon-Fri 7am", "weekly 1,2,3,4,5 07:00; "},
	{"Monday to Friday at 7am", "weekly 1,2,3,4,5 07:00; "},
	{"weekdays", "weekly 1,2,3,4,5 ~07:00; "},
	{"every weekend at noon", "weekly 6,0 12:00; "},
	{"every 6 hours", "every 6h; "},
	{"every six hours about storms", "every 6h; storms"},
	{"every hour", "every 1h; "},
	{"hourly", "every 1h; "},
	{"weekly", "weekly 1 ~07:00; "},
	{"weekly on Sunday", "weekly 0 ~07:00; "},
	{"every morning", "daily 07:00; "},
	{"at 7 in the evening", "daily 19:00; "},
	{"8 o'clock in the morning", "daily 08:00; "},
	{"12am", "daily 00:00; "},
	{"12 pm", "daily 12:00; "},
	{"at once", "arrival; "},
	{"as soon as they arrive about storms", "arrival; storms"},
	{"send me news about gold every morning", "daily 07:00; gold"},
	{"about gold prices", "none; gold prices"},
	{"daily digest at 8am about land law", "daily 08:00; land law"},
	{"let me know when there is news about flood", "arrival; flood"},
	{"flood alerts immediately", "arrival; flood alerts"},
	{"every fortnight football", `error 6 "every fortnight"; football`},
	{"daily at 7 housing", "daily 07:00; housing"},
	{"tell me about land law every monday at 9", "weekly 1 09:00; land law"},
	{"send me everything about \"land law\" every Friday afternoon", "weekly 5 16:00; \"land law\""},
	{"every 2 hours about storms please", "every 2h; storms"},
	{"once a week about housing", "weekly 1 ~07:00; housing"},
	{"once a day at 7 about housing", "daily 07:00; housing"},
	{"all news every morning", "daily 07:00; "},
	{"all schools every morning", "daily 07:00; all schools"},
	{"twice a week about housing", `error 6 "twice a week"; housing`},
	{"first monday of every month land law", `error 6 "first monday of every month"; land law`},
	{"13pm", `error 1 "13pm"; `},
	{"every month", `error 6 "every month"; `},
}

func TestParseRecurrence(t *testing.T) {
	for _, tt := range recurrenceCases {
		if got := showRequest(tt.in); got != tt.want {
			t.Errorf("%q:\n got %s\nwant %s", tt.in, got, tt.want)
		}
	}
}

// A request typed without diacritics is understood the same, apart from what
// cannot be told then.
func TestParseRecurrenceFolded(t *testing.T) {
	changed := map[string]string{
		// "bão" looks like "báo", which asks.
		"bão ngay khi có tin": "arrival; ",
		// "ngay" may be "ngày", "moi tin moi" "mọi tin mới", and a lone "a" a letter.
		"ngay sạt lở bờ sông":                      "none; ngay sat lo bo song",
		"gửi tin nhắn rác mỗi sáng":                "daily 07:00; nhan rac",
		"mọi tin mỗi sáng":                         "daily 07:00; moi tin",
		"dạ cho em nhận tin mỗi sáng về lúa gạo ạ": "daily 07:00; lua gao a",
	}
	for _, tt := range recurrenceCases {
		want, ok := changed[tt.in]
		if !ok {
			kind, topic, _ := strings.Cut(tt.want, "; ")
			want = foldKeepingCase(kind) + "; " + foldKeepingCase(topic)
		}
		if got := showRequest(foldKeepingCase(tt.in)); got != want {
			t.Errorf("%q:\n got %s\nwant %s", foldKeepingCase(tt.in), got, want)
		}
	}
}

func foldKeepingCase(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == 'đ':
			return 'd'
		case r == 'Đ':
			return 'D'
		case isMark(r):
			return -1
		}
		return r
	}, norm.NFD.String(s))
}

func TestParseRecurrenceDecomposed(t *testing.T) {
	for _, tt := range recurrenceCases {
		if got := norm.NFC.String(showRequest(norm.NFD.String(tt.in))); got != tt.want {
			t.Errorf("%q in NFD:\n got %s\nwant %s", tt.in, got, tt.want)
		}
	}
}

func TestRecurrenceErrorText(t *testing.T) {
	for in, want := range map[string]string{
		"25h":         `"25h" is no time of day`,
		"thứ tám":     `"thứ tám" is no day of the week`,
		"7h và 19h":   `"7h và 19h" are several times`,
		"ngay lúc 7h": `"ngay lúc 7h" contradicts itself`,
		"mỗi 30 phút": `"mỗi 30 phút" is no interval from 1 to 168 hours`,
		"hằng tháng":  `"hằng tháng" is not supported`,
	} {
		_, _, ok, err := ParseRecurrence(in)
		if ok || err == nil || err.Error() != want {
			t.Errorf("%q: %v, %v, want %s", in, ok, err, want)
		}
	}
}

func TestWeekdays(t *testing.T) {
	for _, tt := range []struct {
		set  Weekdays
		want string
	}{
		{0, "[]"},
		{WeekdaysOf(time.Sunday, time.Monday), "[Monday Sunday]"},
		{Weekend, "[Saturday Sunday]"},
		{WorkingDays, "[Monday Tuesday Wednesday Thursday Friday]"},
		{EveryDay, "[Monday Tuesday Wednesday Thursday Friday Saturday Sunday]"},
	} {
		var days []time.Weekday
		for d := range tt.set.All() {
			days = append(days, d)
		}
		if got := fmt.Sprint(days); got != tt.want || tt.set.Len() != len(days) {
			t.Errorf("%08b: %s, %d, want %s", tt.set, got, tt.set.Len(), tt.want)
		}
	}
}

func TestWhenIn(t *testing.T) {
	for _, tt := range []struct {
		topic, words string
		dated, timed bool
	}{
		{"", "", false, false},
		{"hồ tiêu", "", false, false},
		{"hồ tiêu 8h sáng", "8h sáng", false, true},
		{"hồ tiêu 18:30", "18:30", false, true},
		{"cầu vượt, thứ 7", "thứ 7", true, false},
		{"trước 7h sáng mỗi ngày tin Huế", "7h sáng mỗi ngày", true, true},
		{"2 4 6 lúc 7h", "lúc 7h", false, true},
		{"ngay Ha Giang", "ngay", true, false},
		{"chay ngay di", "", false, false},
		{"giá xăng ngày 1/1", "", false, false},
		{"8 giờ làm việc", "8 giờ", false, true},
		{"ngày làm 8 giờ công", "", false, false},
		{"cúp điện 25h", "", false, false},
		{"“hồ tiêu 8h sáng”", "", false, false},
	} {
		words, dated, timed, ok := WhenIn(tt.topic)
		if words != tt.words || dated != tt.dated || timed != tt.timed || ok != (words != "") {
			t.Errorf("%q: %q, %v, %v, %v", tt.topic, words, dated, timed, ok)
		}
	}
}

// What is put together of the ways to say a day, a time and a topic is
// understood, in any order that people use.
func TestParseRecurrencePhrasings(t *testing.T) {
	type said struct{ words, want string }
	days := []said{
		{"hằng ngày", "daily"}, {"mỗi ngày", "daily"}, {"thứ hai hằng tuần", "weekly 1"}, {"mỗi thứ sáu", "weekly 5"},
		{"mỗi chủ nhật", "weekly 0"}, {"thứ ba và thứ năm hàng tuần", "weekly 2,4"}, {"T3, T5 hằng tuần", "weekly 2,4"},
		{"mỗi cuối tuần", "weekly 6,0"}, {"hang tuan vao thu tu", "weekly 3"},
	}
	topics := []string{"Luật Thủ đô", "giá xăng ngày 1/1", "thứ hạng bóng đá", "Covid-19", "đường sắt số 3", "quý I/2022", "“mỗi ngày 8h”"}
	rapid.Check(t, func(t *rapid.T) {
		h, m := rapid.IntRange(0, 23).Draw(t, "hour"), rapid.IntRange(0, 59).Draw(t, "minute")
		times := []string{fmt.Sprintf("%02d:%02d", h, m), fmt.Sprintf("%dh%02d", h, m), fmt.Sprintf("lúc %d giờ %d phút", h, m), fmt.Sprintf("%dg%02d", h, m)}
		switch {
		case h >= 1 && h <= 11:
			times = append(times, fmt.Sprintf("%dh%02d sáng", h, m), fmt.Sprintf("at %d:%02d am", h, m))
		case h >= 13 && h <= 18:
			times = append(times, fmt.Sprintf("%dh%02d chiều", h-12, m), fmt.Sprintf("%d:%02dpm", h-12, m))
		case h >= 18 && h <= 23:
			times = append(times, fmt.Sprintf("%d giờ %d phút tối", h-12, m))
		}
		day, at := rapid.SampledFrom(days).Draw(t, "day"), rapid.SampledFrom(times).Draw(t, "time")
		topic := rapid.SampledFrom(topics).Draw(t, "topic")
		when := rapid.SampledFrom([]string{day.words + " " + at, at + " " + day.words, day.words + ", " + at}).Draw(t, "when")
		s := rapid.SampledFrom([]string{when + " về " + topic, "về " + topic + " " + when, when + ", chủ đề: " + topic, "gửi tôi tin " + when + " về " + topic}).Draw(t, "request")
		if got, want := showRequest(s), fmt.Sprintf("%s %02d:%02d; %s", day.want, h, m, topic); got != want {
			t.Fatalf("%q:\n got %s\nwant %s", s, got, want)
		}
	})
}

// checkRecurrence states what holds of any request.
func checkRecurrence(t interface{ Fatalf(string, ...any) }, s string) {
	r, rest, ok, err := ParseRecurrence(s)
	if !strings.Contains(s, rest) {
		t.Fatalf("%q: the topic %q is no part of it", s, rest)
	}
	var e *RecurrenceError
	if errors.As(err, &e) {
		if ok || r != (Recurrence{}) || e.Text == "" || s[e.Start:e.End] != e.Text || e.Error() == "" {
			t.Fatalf("%q: %v, %v, %#v", s, r, ok, e)
		}
		return
	}
	valid := !ok && r == Recurrence{}
	switch r.Kind {
	case Daily, Weekly:
		valid = ok && r.Hour >= 0 && r.Hour < 24 && r.Minute >= 0 && r.Minute < 60 && r.Every == 0 &&
			(r.Kind == Weekly) == (r.Weekdays != 0) && r.Weekdays < EveryDay &&
			(r.Timed || r.Hour == DefaultHour && r.Minute == 0)
	case Hourly:
		valid = ok && r == Recurrence{Kind: Hourly, Every: r.Every} && r.Every >= 1 && r.Every <= MaxEvery
	case Arrival:
		valid = ok && r == Recurrence{Kind: Arrival}
	}
	if err != nil || !valid {
		t.Fatalf("%q: %+v, %v, %v", s, r, ok, err)
	}
}

// Requests made of the words that matter, in any order, are never a problem.
func TestParseRecurrenceProperties(t *testing.T) {
	words := strings.Fields("hằng mỗi hang moi ngày tuần giờ tiếng h : , - 2 7 08 30 25 thứ T hai tư tám chủ nhật cn sáng tối toi đêm nửa kém rưỡi lúc vào và đến về chủ đề ngay khi có bài mới một lần / every day week at am pm . “ ” gửi tôi tin nhé \xff \u0301 giá xăng phút tháng cuối mai")
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		for range rapid.IntRange(0, 14).Draw(t, "length") {
			b.WriteString(rapid.SampledFrom(words).Draw(t, "word"))
			b.WriteString(rapid.SampledFrom([]string{" ", " ", " ", "", "\n"}).Draw(t, "space"))
		}
		checkRecurrence(t, b.String())
	})
}

func FuzzParseRecurrence(f *testing.F) {
	for _, tt := range recurrenceCases {
		f.Add(tt.in)
	}
	f.Fuzz(func(t *testing.T, s string) { checkRecurrence(t, s) })
}
