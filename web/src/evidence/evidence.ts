import type { Role } from "../api/types";

/** What a pack is about, as the gateway takes it. */
export type Subject =
  | { kind: "trace"; lot: string; direction: "forward" | "backward" }
  | { kind: "movement"; movement: string }
  | { kind: "figure"; fund: string; as_of?: string };

/** What three organisations are asked to sign. */
export interface Statement {
  lots?: string[];
  movements?: string[];
  disclose?: string;
}

/** Blocks show everything that the channel knows: only who may see everything gets a pack. The gateway decides; this hides the button. */
export function mayPack(role: Role): boolean {
  return role === "officer" || role === "auditor";
}

/** A size in words: 12.3 kB. */
export function sizeOf(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
