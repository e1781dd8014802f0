import { parseYuan } from "../money/yuan";

/** What the typed pieces of a split come to. */
export interface Pieces {
  /** The pieces in fen, where every one of them is an amount. */
  fen: bigint[] | undefined;
  sum: bigint;
  /** The face less the pieces that can be read: zero when they add up. */
  rest: bigint;
}

/** Adds the pieces up as they are typed; what is no amount counts as nothing. */
export function sumPieces(texts: string[], face: bigint): Pieces {
  const parsed = texts.map(parseYuan);
  const fen = parsed.map((p) => ("fen" in p ? p.fen : 0n));
  const sum = fen.reduce((a, b) => a + b, 0n);
  return { fen: parsed.every((p) => "fen" in p) ? fen : undefined, sum, rest: face - sum };
}

/** Divides an amount into equal pieces; what does not divide goes to the first ones, a fen each. */
export function equalPieces(face: bigint, n: number): bigint[] {
  const size = face / BigInt(n);
  const over = Number(face % BigInt(n));
  return Array.from({ length: n }, (_, k) => size + (k < over ? 1n : 0n));
}
