package plot

import (
	"strings"
)

// Province is one of the 31 provinces, autonomous regions and municipalities that Chinese statistics tell apart, with its place on
// the tile map.
type Province struct {
	Code        string // GB/T 2260, two digits
	Short       string // one character
	Chinese     string
	English     string
	Letters     string // GB/T 2260, two letters
	Row, Column int    // from the north and from the west
}

var provinces = []Province{
	{"11", "京", "北京", "Beijing", "BJ", 2, 5},
	{"12", "津", "天津", "Tianjin", "TJ", 2, 6},
	{"13", "冀", "河北", "Hebei", "HE", 2, 4},
	{"14", "晋", "山西", "Shanxi", "SX", 2, 3},
	{"15", "蒙", "内蒙古", "Inner Mongolia", "NM", 1, 4},
	{"21", "辽", "辽宁", "Liaoning", "LN", 1, 5},
	{"22", "吉", "吉林", "Jilin", "JL", 1, 6},
	{"23", "黑", "黑龙江", "Heilongjiang", "HL", 0, 6},
	{"31", "沪", "上海", "Shanghai", "SH", 4, 6},
	{"32", "苏", "江苏", "Jiangsu", "JS", 4, 5},
	{"33", "浙", "浙江", "Zhejiang", "ZJ", 5, 5},
	{"34", "皖", "安徽", "Anhui", "AH", 4, 4},
	{"35", "闽", "福建", "Fujian", "FJ", 6, 5},
	{"36", "赣", "江西", "Jiangxi", "JX", 5, 4},
	{"37", "鲁", "山东", "Shandong", "SD", 3, 4},
	{"41", "豫", "河南", "Henan", "HA", 3, 3},
	{"42", "鄂", "湖北", "Hubei", "HB", 4, 3},
	{"43", "湘", "湖南", "Hunan", "HN", 5, 3},
	{"44", "粤", "广东", "Guangdong", "GD", 6, 4},
	{"45", "桂", "广西", "Guangxi", "GX", 6, 3},
	{"46", "琼", "海南", "Hainan", "HI", 7, 3},
	{"50", "渝", "重庆", "Chongqing", "CQ", 4, 2},
	{"51", "川", "四川", "Sichuan", "SC", 4, 1},
	{"52", "黔", "贵州", "Guizhou", "GZ", 5, 2},
	{"53", "滇", "云南", "Yunnan", "YN", 5, 1},
	{"54", "藏", "西藏", "Tibet", "XZ", 4, 0},
	{"61", "陕", "陕西", "Shaanxi", "SN", 3, 2},
	{"62", "甘", "甘肃", "Gansu", "GS", 2, 1},
	{"63", "青", "青海", "Qinghai", "QH", 3, 1},
	{"64", "宁", "宁夏", "Ningxia", "NX", 2, 2},
	{"65", "新", "新疆", "Xinjiang", "XJ", 2, 0},
}

// Provinces lists the 31 by code.
func Provinces() []Province { return append([]Province(nil), provinces...) }

var byName = func() map[string]Province {
	m := map[string]Province{"xizang": provinces[25], "neimenggu": provinces[4], "nei mongol": provinces[4]}
	for _, p := range provinces {
		for _, name := range []string{p.Code, p.Chinese, strings.ToLower(p.English), strings.ToLower(strings.ReplaceAll(p.English, " ", ""))} {
			m[name] = p
		}
		if p.Short != "" {
			m[p.Short] = p
		}
	}
	return m
}()

var titles = strings.NewReplacer("维吾尔", "", "壮族", "", "回族", "", "自治区", "", "省", "", "市", "")

// ProvinceOf finds a province by code (21, 210000, 210102), Chinese name short or full (辽, 辽宁, 辽宁省, 宁夏回族自治区) or English name
// (Liaoning, liaoning province, Xizang). Two letters alone are not understood: they mean other places elsewhere.
func ProvinceOf(name string) (Province, bool) {
	name = strings.ToLower(strings.TrimSpace(name))
	if len(name) == 6 && strings.Trim(name, "0123456789") == "" {
		name = name[:2]
	}
	if p, ok := byName[name]; ok {
		return p, true
	}
	for _, end := range []string{" province", " municipality", " autonomous region", " uygur", " hui", " zhuang"} {
		name = strings.TrimSuffix(name, end)
	}
	p, ok := byName[strings.TrimSpace(titles.Replace(name))]
	return p, ok
}
