package jobs

import "testing"

// TestUploadTwice: two who give the same file, under names of their own, before
// either has confirmed it, make one file of it.
func TestUploadTwice(t *testing.T) {
	d := newUploadDesk(t)
	d.mirror()
	first, second := d.stage("một.txt", text(1)), d.stage("hai.txt", text(1))
	if first.Key == second.Key || first.New != 1 || second.New != 1 {
		t.Fatalf("staged %+v and %+v", first, second)
	}
	path := d.place(first.Key)
	want := d.files()
	if again := d.place(second.Key); again != path {
		t.Errorf("placed at %s, the first at %s", again, path)
	}
	if now := d.files(); !equalFiles(now, want) {
		t.Errorf("there is %v, want %v", now, want)
	}
	if r := d.mirror(); r.Added != 1 || len(r.Duplicates) > 0 {
		t.Errorf("mirrored %+v", r)
	}
}

// TestUploadRenamedPage: a page that is called text is read as a page.
func TestUploadRenamedPage(t *testing.T) {
	d := newUploadDesk(t)
	const page = "<!DOCTYPE html><html><body><article><h1>Đò ngang bến Cốc nghỉ ba ngày</h1><p>Đò ngang bến Cốc nghỉ ba ngày để sửa máy.</p><script>alert('x')</script><p>Khách đi vòng qua cầu Sắt.</p></article></body></html>"
	draft := d.stage("trang.txt", page)
	const body = "Đò ngang bến Cốc nghỉ ba ngày để sửa máy.\nKhách đi vòng qua cầu Sắt."
	if a := draft.Articles; len(a) != 1 || a[0].Body != body || a[0].Title != "Đò ngang bến Cốc nghỉ ba ngày" {
		t.Fatalf("recognised %+v", *a[0])
	}
	if path := d.place(draft.Key); path != "them-2026-11-22-do-ngang-ben-coc-nghi-ba-ngay.html" {
		t.Errorf("placed at %s", path)
	}
	if r := d.mirror(); r.Added != 2 || len(r.Failures) > 0 {
		t.Errorf("mirrored %+v", r)
	}
}
