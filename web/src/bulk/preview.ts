import type { ProblemRow } from "../api/types";
import { fenOf, formatYuan } from "../money/yuan";

/** An operation of a preview, as far as the page shows it. */
export interface PreviewOp {
  type: string;
  invoice?: { seller: string; buyer: string; type: string; date: string; amount: string; currency: string; fingerprint: string };
  voucher?: { claim: string; amount: string; currency: string; date: string; maturity: string; accept_by: string };
  voucher_step?: { voucher: string; to?: string; date?: string; recourse?: boolean; pieces?: { amount: string }[] };
}

/** What a file would record: POST …?preview=true */
export interface Preview {
  recordable: boolean;
  rows: number;
  encoding?: string;
  unit?: string;
  totals: { currency: string; movements: number; amount: string }[];
  ops: { row: number; op: PreviewOp }[];
  errors: ProblemRow[];
  errors_omitted?: number;
}

/** Where a refused line stands: file, line and column, as far as they are told. */
export function placeOf(e: ProblemRow): string {
  return [e.file, e.row ? `#${e.row}` : "", e.column].filter(Boolean).join(" ");
}

/** What an operation of a preview is worth, as text; nothing where it moves no amount. */
export function amountOf(op: PreviewOp): string {
  const fen = op.invoice?.amount ?? op.voucher?.amount;
  if (fen) return formatYuan(fenOf(fen));
  return (op.voucher_step?.pieces ?? []).map((p) => formatYuan(fenOf(p.amount))).join(" + ");
}
