package sample

import "fundtrace/chaincode/ledger"

// supplier is a supplier that only the supply chain knows. It keeps one account and gets no money from a fund.
type supplier struct {
	serial   string
	zh, en   string
	region   string // GB/T 2260
	industry string // GB/T 4754-2017
	size     string
	tier     int // how far from the core enterprises it usually stands
}

// kind of every supplier: the state owns none of them.
const supplierKind = ledger.Private

// suppliers lists those beside the ones among firms.
var suppliers = []supplier{
	// Tier 1: sell to core enterprises
	{"000221", "沈阳齿轮传动", "Shenyang Gear Drives", "210100", "C3453", "SMALL", 1},
	{"000222", "沈阳铸锻件", "Shenyang Castings and Forgings", "210100", "C3391", "MEDIUM", 1},
	{"000223", "沈阳电气元件", "Shenyang Electrical Components", "210100", "C3823", "SMALL", 1},
	{"000224", "沈阳汽车内饰", "Shenyang Car Interiors", "210100", "C3670", "SMALL", 1},
	{"000225", "沈阳减速器", "Shenyang Reducers", "210100", "C3453", "SMALL", 1},
	{"000226", "沈阳液压系统", "Shenyang Hydraulic Systems", "210100", "C3444", "SMALL", 1},
	{"000227", "大连船用电缆", "Dalian Marine Cables", "210200", "C3831", "SMALL", 1},
	{"000228", "大连曲轴", "Dalian Crankshafts", "210200", "C3484", "MEDIUM", 1},
	{"000229", "大连钢板加工", "Dalian Plate Processing", "210200", "C3311", "SMALL", 1},
	{"00022A", "大连泵业", "Dalian Pumps", "210200", "C3441", "SMALL", 1},
	{"00022B", "大连控制系统", "Dalian Control Systems", "210200", "C4011", "SMALL", 1},
	{"00022C", "鞍山炉料", "Anshan Furnace Charge", "210300", "C3089", "SMALL", 1},
	{"00022D", "鞍山轧辊", "Anshan Rolls", "210300", "C3516", "MEDIUM", 1},
	{"00022E", "鞍山设备检修", "Anshan Plant Maintenance", "210300", "C4330", "SMALL", 1},
	{"00022F", "营口耐磨材料", "Yingkou Wear Parts", "210800", "C3089", "SMALL", 1},
	{"00022G", "辽阳压缩机", "Liaoyang Compressors", "211000", "C3442", "SMALL", 1},
	// Tier 2: sell to tier 1
	{"000231", "抚顺锻造", "Fushun Forge", "210400", "C3393", "SMALL", 2},
	{"000232", "本溪钢丝", "Benxi Steel Wire", "210500", "C3340", "SMALL", 2},
	{"000233", "丹东轴套", "Dandong Bushings", "210600", "C3451", "MICRO", 2},
	{"000234", "锦州密封件", "Jinzhou Seals", "210700", "C2913", "MICRO", 2},
	{"000235", "营口铝铸件", "Yingkou Aluminium Castings", "210800", "C3392", "SMALL", 2},
	{"000236", "阜新橡胶件", "Fuxin Rubber Parts", "210900", "C2913", "MICRO", 2},
	{"000237", "辽阳弹簧", "Liaoyang Springs", "211000", "C3483", "MICRO", 2},
	{"000238", "盘锦涂料", "Panjin Paints", "211100", "C2641", "SMALL", 2},
	{"000239", "铁岭冲压件", "Tieling Stampings", "211200", "C3399", "MICRO", 2},
	{"00023A", "朝阳铜材", "Chaoyang Copper Products", "211300", "C3251", "SMALL", 2},
	{"00023B", "葫芦岛锌制品", "Huludao Zinc Products", "211400", "C3252", "SMALL", 2},
	{"00023C", "沈阳线束端子", "Shenyang Terminals", "210100", "C3829", "MICRO", 2},
	{"00023D", "沈阳热处理", "Shenyang Heat Treatment", "210100", "C3360", "MICRO", 2},
	{"00023E", "沈阳注塑件", "Shenyang Injection Mouldings", "210100", "C2929", "MICRO", 2},
	{"00023F", "大连机加工", "Dalian Machining", "210200", "C3484", "SMALL", 2},
	{"00023G", "大连管件", "Dalian Pipe Fittings", "210200", "C3443", "MICRO", 2},
	{"00023H", "大连吊装", "Dalian Lifting Services", "210200", "G5920", "MICRO", 2},
	{"00023J", "鞍山石灰", "Anshan Lime", "210300", "C3012", "MICRO", 2},
	// Tier 3: sell to tier 2
	{"000241", "抚顺木箱包装", "Fushun Crates", "210400", "C2031", "MICRO", 3},
	{"000242", "本溪模具钢料", "Benxi Mould Steel", "210500", "C3130", "MICRO", 3},
	{"000243", "丹东五金", "Dandong Hardware", "210600", "C3351", "MICRO", 3},
	{"000244", "锦州电镀", "Jinzhou Electroplating", "210700", "C3360", "MICRO", 3},
	{"000245", "营口镁砂", "Yingkou Magnesia Sand", "210800", "C3089", "MICRO", 3},
	{"000246", "阜新塑料粒子", "Fuxin Plastic Granules", "210900", "C2651", "MICRO", 3},
	{"000247", "辽阳纤维", "Liaoyang Fibres", "211000", "C2825", "MICRO", 3},
	{"000248", "盘锦化工助剂", "Panjin Chemical Additives", "211100", "C2661", "MICRO", 3},
	{"000249", "铁岭运输车队", "Tieling Road Haulage", "211200", "G5430", "MICRO", 3},
	{"00024A", "朝阳废钢加工", "Chaoyang Scrap Processing", "211300", "C4210", "MICRO", 3},
	{"00024B", "葫芦岛焊材", "Huludao Welding Wire", "211400", "C3340", "MICRO", 3},
	{"00024C", "沈阳切削液", "Shenyang Cutting Fluids", "210100", "C2669", "MICRO", 3},
	{"00024D", "沈阳劳保用品", "Shenyang Safety Wear", "210100", "C1830", "MICRO", 3},
	{"00024E", "大连紧固件", "Dalian Fasteners", "210200", "C3482", "MICRO", 3},
	{"00024F", "大连砂轮", "Dalian Grinding Wheels", "210200", "C3099", "MICRO", 3},
	{"00024G", "鞍山货运代理", "Anshan Freight Forwarding", "210300", "G5821", "MICRO", 3},
}
