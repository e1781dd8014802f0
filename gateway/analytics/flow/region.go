package flow

import "strings"

// Region is a province-level region of China.
type Region struct {
	Code    string `json:"code"` // GB/T 2260, 2 digits
	Chinese string `json:"zh"`   // short name
	English string `json:"en"`
}

// Provinces lists the 34 province-level regions by code. The 31 of the mainland are those before code 71.
func Provinces() []Region { return provinces }

var provinces = []Region{
	{"11", "北京", "Beijing"}, {"12", "天津", "Tianjin"}, {"13", "河北", "Hebei"}, {"14", "山西", "Shanxi"}, {"15", "内蒙古", "Inner Mongolia"},
	{"21", "辽宁", "Liaoning"}, {"22", "吉林", "Jilin"}, {"23", "黑龙江", "Heilongjiang"}, {"31", "上海", "Shanghai"}, {"32", "江苏", "Jiangsu"},
	{"33", "浙江", "Zhejiang"}, {"34", "安徽", "Anhui"}, {"35", "福建", "Fujian"}, {"36", "江西", "Jiangxi"}, {"37", "山东", "Shandong"},
	{"41", "河南", "Henan"}, {"42", "湖北", "Hubei"}, {"43", "湖南", "Hunan"}, {"44", "广东", "Guangdong"}, {"45", "广西", "Guangxi"},
	{"46", "海南", "Hainan"}, {"50", "重庆", "Chongqing"}, {"51", "四川", "Sichuan"}, {"52", "贵州", "Guizhou"}, {"53", "云南", "Yunnan"},
	{"54", "西藏", "Tibet"}, {"61", "陕西", "Shaanxi"}, {"62", "甘肃", "Gansu"}, {"63", "青海", "Qinghai"}, {"64", "宁夏", "Ningxia"},
	{"65", "新疆", "Xinjiang"}, {"71", "台湾", "Taiwan"}, {"81", "香港", "Hong Kong"}, {"82", "澳门", "Macao"},
}

// suffixes are what official names of provinces end with.
var suffixes = []string{"维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "特别行政区", "省", "市"}

var byName = func() map[string]string {
	m := map[string]string{"xizang": "54", "neimenggu": "15", "macau": "82"}
	for _, p := range provinces {
		m[p.Chinese] = p.Code
		m[plain(p.English)] = p.Code
	}
	return m
}()

func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '_' || r == '.' {
			return -1
		}
		return r
	}, strings.ToLower(s))
}

// Code brings the ways of naming a region together: codes of 2, 4 or 6 digits lose the pairs of zeros at their end
// (210000 is 21), names of provinces, Chinese or English, long or short, become their code. What is none of these stays as
// it is, so that tables of other countries can be joined by their own names.
func Code(name string) string {
	name = strings.TrimSpace(name)
	if n := len(name); (n == 2 || n == 4 || n == 6) && digits(name) {
		for len(name) > 2 && strings.HasSuffix(name, "00") {
			name = name[:len(name)-2]
		}
		return name
	}
	if code, ok := byName[plain(name)]; ok {
		return code
	}
	for _, s := range suffixes {
		if short, ok := strings.CutSuffix(name, s); ok {
			if code, ok := byName[short]; ok {
				return code
			}
		}
	}
	return name
}

// Name answers the province of a code, and false where the code is no province's.
func Name(code string) (Region, bool) {
	for _, p := range provinces {
		if p.Code == code {
			return p, true
		}
	}
	return Region{}, false
}

func digits(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}

// at cuts a GB/T 2260 code of 6 digits to a level; empty where the code is not that fine.
func (l Level) at(code string) string {
	if len(code) != 6 {
		return ""
	}
	short := Code(code)
	if len(short) < l.digits() {
		return ""
	}
	return code[:l.digits()]
}
