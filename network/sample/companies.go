package sample

import "fundtrace/chaincode/ledger"

// firm is an enterprise of the sample. Tier 0 receives money from a fund; tiers 1 and 2 supply.
type firm struct {
	serial   string
	zh, en   string
	region   string // GB/T 2260
	industry string // GB/T 4754-2017
	kind     ledger.PartyKind
	size     string
	fund     string // that invests in it; empty: a supplier, or a part of a planted case
	tier     int
}

// companyState is an enterprise with its supervised account and what is known of it.
type companyState struct {
	firm
	id       string
	account  *account
	user     string // who signs in for it; empty: its bank records its payments
	received int64  // fen from funds
	planted  bool   // its payments follow a script
}

// firms lists the enterprises and their suppliers. What the scripted and planted ones pay is laid down in planted.go.
var firms = []firm{
	// Shenyang robotics and automotive
	{"000005", "沈阳工业机器人", "Shenyang Industrial Robots", "210100", "C3491", ledger.Private, "MEDIUM", "shenyang", 0},
	{"000007", "沈阳汽车总成", "Shenyang Automotive Systems", "210100", "C3670", ledger.StateOwned, "LARGE", "shenyang", 0},
	{"000111", "沈阳数控机床", "Shenyang CNC Machine Tools", "210100", "C3421", ledger.StateOwned, "LARGE", "shenyang", 0},
	{"000112", "沈阳集成电路装备", "Shenyang Semiconductor Tools", "210100", "C3562", ledger.Private, "SMALL", "shenyang", 0},
	{"000113", "沈阳伺服电机", "Shenyang Servo Motors", "210100", "C3812", ledger.Private, "SMALL", "shenyang", 0},
	{"000114", "沈阳工业软件", "Shenyang Industrial Software", "210100", "I6513", ledger.Private, "SMALL", "shenyang", 0},
	{"000115", "沈阳自动控制", "Shenyang Process Control", "210100", "C4011", ledger.Private, "MEDIUM", "shenyang", 0},
	{"000116", "沈阳车用线束", "Shenyang Wire Harness", "210100", "C3670", ledger.Foreign, "MEDIUM", "shenyang", 0},
	{"000117", "抚顺传感器", "Fushun Sensors", "210400", "C3983", ledger.Private, "SMALL", "shenyang", 0},
	{"000118", "本溪精密铸件", "Benxi Precision Castings", "210500", "C3391", ledger.Private, "MEDIUM", "shenyang", 0},
	{"000119", "铁岭专用汽车", "Tieling Special Vehicles", "211200", "C3630", ledger.Private, "MEDIUM", "shenyang", 0},
	{"00011A", "沈阳检测技术", "Shenyang Testing Technology", "210100", "M7452", ledger.Private, "SMALL", "shenyang", 0},
	// Dalian marine and equipment
	{"000121", "大连船用柴油机", "Dalian Marine Engines", "210200", "C3734", ledger.StateOwned, "LARGE", "dalian", 0},
	{"000122", "大连海工平台", "Dalian Offshore Platforms", "210200", "C3737", ledger.StateOwned, "LARGE", "dalian", 0},
	{"000123", "大连催化材料", "Dalian Catalyst Materials", "210200", "C2661", ledger.Private, "SMALL", "dalian", 0},
	{"000124", "大连制冷装备", "Dalian Refrigeration Equipment", "210200", "C3464", ledger.Private, "MEDIUM", "dalian", 0},
	{"000125", "大连储能电池", "Dalian Energy Storage", "210200", "C3841", ledger.Private, "MEDIUM", "dalian", 0},
	{"000126", "大连阀门", "Dalian Valves", "210200", "C3443", ledger.Private, "SMALL", "dalian", 0},
	{"000127", "大连船舶设计软件", "Dalian Ship Design Software", "210200", "I6513", ledger.Private, "SMALL", "dalian", 0},
	{"000128", "丹东仪表", "Dandong Instruments", "210600", "C4016", ledger.Private, "SMALL", "dalian", 0},
	{"000129", "盘锦精细化工", "Panjin Fine Chemicals", "211100", "C2614", ledger.Private, "MEDIUM", "dalian", 0},
	{"00012A", "大连风电部件", "Dalian Wind Components", "210200", "C3415", ledger.Foreign, "MEDIUM", "dalian", 0},
	{"00012B", "盘锦海洋防腐材料", "Panjin Marine Coatings", "211100", "C2641", ledger.Private, "SMALL", "dalian", 0},
	// Anshan materials
	{"000101", "鞍山特种钢材", "Anshan Special Steel", "210300", "C3130", ledger.StateOwned, "LARGE", "anshan", 0},
	{"000132", "鞍山耐火材料", "Anshan Refractories", "210300", "C3089", ledger.Private, "MEDIUM", "anshan", 0},
	{"000133", "鞍山金属表面处理", "Anshan Metal Finishing", "210300", "C3360", ledger.Private, "SMALL", "anshan", 0},
	{"000134", "辽阳铝型材", "Liaoyang Aluminium Profiles", "211000", "C3252", ledger.Private, "MEDIUM", "anshan", 0},
	{"000135", "鞍山钢结构", "Anshan Steel Structures", "210300", "C3311", ledger.Private, "MEDIUM", "anshan", 0},
	{"000136", "营口镁合金", "Yingkou Magnesium Alloys", "210800", "C3240", ledger.Private, "SMALL", "anshan", 0},
	{"000137", "辽阳碳素制品", "Liaoyang Carbon Products", "211000", "C3091", ledger.Private, "SMALL", "anshan", 0},
	// Jinzhou venture capital
	{"000141", "锦州光伏材料", "Jinzhou Photovoltaic Materials", "210700", "C3985", ledger.Private, "SMALL", "jinzhou", 0},
	{"000142", "锦州石英器件", "Jinzhou Quartz Devices", "210700", "C3971", ledger.Private, "SMALL", "jinzhou", 0},
	{"000143", "阜新液压件", "Fuxin Hydraulics", "210900", "C3444", ledger.Private, "SMALL", "jinzhou", 0},
	{"000144", "朝阳超级电容", "Chaoyang Supercapacitors", "211300", "C3849", ledger.Private, "SMALL", "jinzhou", 0},
	{"000145", "葫芦岛原料药", "Huludao Active Ingredients", "211400", "C2710", ledger.Private, "MEDIUM", "jinzhou", 0},
	{"000146", "锦州物联网", "Jinzhou Internet of Things", "210700", "I6531", ledger.Private, "MICRO", "jinzhou", 0},
	// Shenyang angel
	{"000151", "沈阳手术机器人", "Shenyang Surgical Robots", "210100", "C3581", ledger.Private, "MICRO", "angel", 0},
	{"000152", "沈阳生物制剂", "Shenyang Biologics", "210100", "C2761", ledger.Private, "MICRO", "angel", 0},
	{"000153", "沈阳芯片设计", "Shenyang Chip Design", "210100", "I6520", ledger.Private, "MICRO", "angel", 0},
	{"000154", "沈阳机器视觉", "Shenyang Machine Vision", "210100", "I6513", ledger.Private, "MICRO", "angel", 0},
	{"000155", "沈阳新药研发", "Shenyang Drug Discovery", "210100", "M7340", ledger.Private, "SMALL", "angel", 0},
	// Special bond, from 2025: scripted
	{"000006", "大连智能装备", "Dalian Intelligent Equipment", "210200", "C3491", ledger.Private, "MEDIUM", "bond", 0},
	{"000162", "大连半导体材料", "Dalian Semiconductor Materials", "210200", "C3985", ledger.Private, "SMALL", "bond", 0},
	{"000163", "大连激光装备", "Dalian Laser Equipment", "210200", "C3429", ledger.Private, "SMALL", "bond", 0},
	// Planted: one group of three, a pair that sends money around, one that waits for its money
	{"000171", "鞍山集团甲公司", "Anshan Group Company A", "210300", "C3130", ledger.Private, "MEDIUM", "", 0},
	{"000172", "鞍山集团乙公司", "Anshan Group Company B", "210300", "C3140", ledger.Private, "MEDIUM", "", 0},
	{"000173", "鞍山集团丙公司", "Anshan Group Company C", "210800", "C3089", ledger.Private, "SMALL", "", 0},
	{"000174", "大连回流甲公司", "Dalian Round-trip Company A", "210200", "C3737", ledger.Private, "SMALL", "", 0},
	{"000175", "大连回流乙公司", "Dalian Round-trip Company B", "210200", "C3737", ledger.Private, "MICRO", "", 1},
	{"000176", "鞍山待收款公司", "Anshan Waiting Company", "210300", "C3311", ledger.Private, "SMALL", "", 0},
	// Suppliers, tier 1
	{"000008", "沈阳一级供应商", "Shenyang Tier-1 Supplier", "210100", "C3484", ledger.Private, "SMALL", "", 1},
	{"000202", "沈阳轴承", "Shenyang Bearings", "210100", "C3451", ledger.Private, "SMALL", "", 1},
	{"000203", "沈阳工装模具", "Shenyang Tooling", "210100", "C3525", ledger.Private, "SMALL", "", 1},
	{"000204", "大连焊接设备", "Dalian Welding Equipment", "210200", "C3424", ledger.Private, "SMALL", "", 1},
	{"000205", "大连电控柜", "Dalian Control Cabinets", "210200", "C3823", ledger.Private, "SMALL", "", 1},
	{"000206", "鞍山合金辅料", "Anshan Alloy Additives", "210300", "C3140", ledger.Private, "SMALL", "", 1},
	{"000207", "锦州电子材料", "Jinzhou Electronic Materials", "210700", "C3985", ledger.Private, "MICRO", "", 1},
	{"000208", "抚顺有机原料", "Fushun Organic Feedstock", "210400", "C2614", ledger.Private, "SMALL", "", 1},
	// Suppliers, tier 2
	{"000009", "辽阳二级供应商", "Liaoyang Tier-2 Supplier", "211000", "C3484", ledger.Private, "MICRO", "", 2},
	{"000212", "铁岭标准件", "Tieling Fasteners", "211200", "C3482", ledger.Private, "MICRO", "", 2},
	{"000213", "本溪铸造砂", "Benxi Foundry Sand", "210500", "C3391", ledger.Private, "MICRO", "", 2},
	{"000214", "丹东电子元件", "Dandong Electronic Parts", "210600", "C3981", ledger.Private, "MICRO", "", 2},
	{"000215", "阜新包装材料", "Fuxin Packaging", "210900", "C2926", ledger.Private, "MICRO", "", 2},
	{"000216", "朝阳石墨", "Chaoyang Graphite", "211300", "C3091", ledger.Private, "MICRO", "", 2},
}

// landlords are paid rent and keep no account here; institutes are paid for research.
var (
	landlord  = company("000401")
	institute = company("000402")
	importer  = company("000403")

	outsiders = []ledger.Party{
		{ID: landlord, Kind: ledger.StateOwned, Name: "合成产业园运营公司 / Synthetic Industrial Park", Region: "210100", Industry: "K7040"},
		{ID: institute, Kind: ledger.NonProfit, Name: "合成工程研究院 / Synthetic Engineering Institute", Region: "210100", Industry: "M7320"},
		{ID: importer, Kind: ledger.Foreign, Name: "合成进口设备代理 / Synthetic Equipment Importer", Region: "210200", Industry: "F5179"},
	}
)

// payroll is paid as batch totals through this party: no employee appears on the ledger.
const payroll = "other:SYN-PAYROLL-BATCH"

var payrollParty = ledger.Party{ID: payroll, Kind: ledger.Organisation, Name: "合成代发工资批次 / Synthetic payroll batches (totals only)"}
