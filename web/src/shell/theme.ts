import { Alert, Anchor, Badge, createTheme } from "@mantine/core";

/** Fonts that are on the reader's machine, Chinese ones first where the text is Chinese; nothing is fetched from elsewhere. */
const fonts = 'system-ui, -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Micro Hei", sans-serif';

export const theme = createTheme({
  fontFamily: fonts,
  headings: { fontFamily: fonts, fontWeight: "650" },
  fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, "Noto Sans Mono CJK SC", monospace',
  // Mantine's teal with a darker end: white on it, and it on the lightest shades, have a contrast above 4.5.
  colors: { teal: ["#e6fcf5", "#c3fae8", "#96f2d7", "#63e6be", "#38d9a9", "#20c997", "#12b886", "#0a8a65", "#087055", "#065f46"] },
  primaryColor: "teal",
  primaryShade: 9,
  autoContrast: true,
  defaultRadius: "md",
  cursorType: "pointer",
  components: {
    // What an alert says is read against its tint: in the text's own colour it always has the contrast.
    Alert: Alert.extend({ styles: { title: { color: "var(--mantine-color-text)" } } }),
    // A link has the size of the text that it stands in.
    Anchor: Anchor.extend({ defaultProps: { inherit: true } }),
    // A badge holds a word of the ledger: it is shown whole, in the letters it has.
    Badge: Badge.extend({ defaultProps: { tt: "none" }, styles: { root: { overflow: "visible" }, label: { overflow: "visible" } } }),
  },
});
