const digits = ["零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"];
const places = ["", "拾", "佰", "仟"];
const groups = ["", "万", "亿", "万亿", "亿亿"];

/**
 * An amount in fen in the capital characters of Chinese payment orders (大写金额), by the rules for filling in bills:
 * 元整 where there are no 角 and 分, a single 零 for a run of zeros. A reader catches a wrong number of zeros in it.
 */
export function capitalYuan(fen: bigint): string {
  const yuan = fen / 100n;
  const jiao = Number((fen / 10n) % 10n);
  const cent = Number(fen % 10n);
  const whole = yuan > 0n ? wholeYuan(yuan) + "元" : "";
  if (jiao === 0 && cent === 0) return (whole || "零元") + "整";
  const tens = jiao > 0 ? digits[jiao]! + "角" : whole ? "零" : "";
  return whole + tens + (cent > 0 ? digits[cent]! + "分" : "整");
}

function wholeYuan(yuan: bigint): string {
  let out = "";
  let gap = false; // zeros stand between what is written and what comes next
  const fours: number[] = [];
  for (let rest = yuan; rest > 0n; rest /= 10_000n) fours.push(Number(rest % 10_000n));
  for (let g = fours.length - 1; g >= 0; g--) {
    const four = fours[g]!;
    if (four === 0) {
      gap = true;
      continue;
    }
    if (out && (gap || four < 1000)) out += "零";
    out += fourDigits(four) + groups[g]!;
    gap = false;
  }
  return out;
}

function fourDigits(n: number): string {
  let out = "";
  let gap = false;
  for (let p = 3; p >= 0; p--) {
    const d = Math.floor(n / 10 ** p) % 10;
    if (d === 0) {
      gap = out !== "";
      continue;
    }
    out += (gap ? "零" : "") + digits[d]! + places[p]!;
    gap = false;
  }
  return out;
}
