import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { amountFaults } from "../disburse/payment";
import { Dialog } from "../form/Dialog";
import { useWrite } from "../form/useWrite";
import { fenOf, formatYuan, parseYuan } from "../money/yuan";
import { useLanguage } from "../text/language";
import { stepPath, type StepProps } from "./step";
import { equalPieces, sumPieces } from "./pieces";
import { VoucherBrief } from "./VoucherBrief";

/** Divides a voucher into pieces that add up to it, to the fen. */
export function SplitDialog({ v, onClose, onDone }: StepProps) {
  const { t, w } = useLanguage();
  const write = useWrite();
  const [pieces, setPieces] = useState(["", ""]);
  const [tried, setTried] = useState(false);
  const face = fenOf(v.face);
  const { fen, sum, rest } = sumPieces(pieces, face);
  const set = (k: number, text: string) => setPieces(pieces.map((p, i) => (i === k ? text : p)));
  /** The rest goes into the first field that is no amount, or into a new one. */
  function fillRest() {
    const k = pieces.findIndex((p) => !("fen" in parseYuan(p)));
    if (k >= 0) set(k, formatYuan(rest));
    else setPieces([...pieces, formatYuan(rest)]);
  }
  async function submit() {
    setTried(true);
    if (!fen || rest !== 0n || fen.length < 2) return;
    const receipt = await write.send(stepPath(v.lot, "split"), { pieces: fen.map((amount) => ({ amount: amount.toString() })) });
    if (receipt) onDone(receipt);
  }
  return (
    <Dialog title={w("step", "split")} says={t("doSplit")} write={write} submit={submit} label={t("splitInto", { n: pieces.length })} onClose={onClose}>
      <VoucherBrief v={v} />
      <Stack gap="xs" role="group" aria-label={t("pieces")}>
        {pieces.map((text, k) => {
          const parsed = parseYuan(text);
          return (
            <Group key={k} gap="xs" align="start" wrap="nowrap">
              <TextInput style={{ flex: 1 }} aria-label={t("pieceN", { n: k + 1 })} placeholder={t("pieceN", { n: k + 1 })} inputMode="decimal" autoComplete="off" value={text}
                {...(k === 0 && { "data-autofocus": true })} error={tried && "fault" in parsed ? t(amountFaults[parsed.fault]) : undefined} onChange={(e) => set(k, e.target.value)} />
              <Button variant="default" aria-label={t("removePiece", { n: k + 1 })} disabled={pieces.length <= 2} onClick={() => setPieces(pieces.filter((_, i) => i !== k))}>×</Button>
            </Group>
          );
        })}
      </Stack>
      <Group gap="xs">
        <Button variant="default" size="compact-sm" onClick={() => setPieces([...pieces, ""])}>{t("addPiece")}</Button>
        <Button variant="default" size="compact-sm" disabled={rest <= 0n} onClick={fillRest}>{t("fillRest")}</Button>
        <Button variant="default" size="compact-sm" disabled={face < BigInt(pieces.length)} onClick={() => setPieces(equalPieces(face, pieces.length).map(formatYuan))}>{t("equalPieces")}</Button>
      </Group>
      <Text role="status" {...(tried && rest !== 0n && { c: "red" })}>
        {t("piecesSum", { sum: formatYuan(sum), face: formatYuan(face) })}{" "}
        <b>{rest === 0n ? `✓ ${t("totalsCloses")}` : t(rest > 0n ? "piecesRest" : "piecesOver", { yuan: formatYuan(rest > 0n ? rest : -rest) })}</b>
      </Text>
    </Dialog>
  );
}
