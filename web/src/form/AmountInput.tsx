import { Text, TextInput } from "@mantine/core";
import { amountFaults } from "../disburse/payment";
import { capitalYuan } from "../money/capital";
import { formatYuan, parseYuan } from "../money/yuan";
import { useLanguage } from "../text/language";

/** An amount in yuan as it is typed, read back in figures and, in Chinese, in capitals. */
export function AmountInput({ label, value, onChange, most, tried, autoFocus, hint = true }: {
  label: string; value: string; onChange: (text: string) => void; most?: bigint | undefined; tried: boolean; autoFocus?: boolean; hint?: boolean;
}) {
  const { t, lang } = useLanguage();
  const amount = parseYuan(value);
  const over = "fen" in amount && most !== undefined && amount.fen > most;
  const error = over ? t("overMost", { yuan: formatYuan(most) }) : tried && "fault" in amount ? t(amountFaults[amount.fault]) : undefined;
  return (
    <div>
      <TextInput label={label} {...(hint && { description: t("amountHint") })} required inputMode="decimal" autoComplete="off"
        {...(autoFocus && { "data-autofocus": true })} error={error} value={value} onChange={(e) => onChange(e.target.value)} />
      {"fen" in amount && hint && (
        <Text size="sm" mt={4} role="status">
          {t("amountRead", { yuan: formatYuan(amount.fen), fen: amount.fen.toString() })}
          {lang === "zh" && <><br />{capitalYuan(amount.fen)}</>}
        </Text>
      )}
    </div>
  );
}
