/** Whether a text is a SHA-256 in hexadecimal. */
export function isDigest(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

/** The SHA-256 of a content, in hexadecimal. */
export async function digestOf(content: ArrayBuffer): Promise<string> {
  const sum = await crypto.subtle.digest("SHA-256", content);
  return Array.from(new Uint8Array(sum), (b) => b.toString(16).padStart(2, "0")).join("");
}
