import "@mantine/core/styles.css";
import "./page.css";
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Problem } from "./api/client";
import { App } from "./shell/App";
import { theme } from "./shell/theme";
import { LanguageProvider } from "./text/language";

const client = new QueryClient({
  defaultOptions: {
    queries: {
      // A refusal stays a refusal; only an unreachable or overloaded gateway is asked again.
      retry: (failed, error) => failed < 2 && error instanceof Problem && (error.status === 0 || error.status >= 502),
      staleTime: 5_000,
    },
  },
});

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={client}>
        <LanguageProvider>
          <App />
        </LanguageProvider>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
