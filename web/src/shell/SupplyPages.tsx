import { ClaimFormPage } from "../claims/ClaimFormPage";
import { ClaimPage } from "../claims/ClaimPage";
import { ClaimsPage } from "../claims/ClaimsPage";
import { ExposurePage } from "../exposure/ExposurePage";
import { FindingsPage } from "../findings/FindingsPage";
import { RecordPage } from "../findings/RecordPage";
import { InvoiceImportPage } from "../invoices/ImportPage";
import { InvoicePage } from "../invoices/InvoicePage";
import { InvoicesPage } from "../invoices/InvoicesPage";
import { LookupPage } from "../invoices/LookupPage";
import { NearPage } from "../invoices/NearPage";
import { RegisterPage } from "../invoices/RegisterPage";
import { RulesPage } from "../rules/RulesPage";
import { TreePage } from "../tree/TreePage";
import { DraftPage } from "../vouchers/DraftPage";
import { VoucherImportPage } from "../vouchers/ImportPage";
import { VoucherPage } from "../vouchers/VoucherPage";
import { VouchersPage } from "../vouchers/VouchersPage";
import type { Route } from "../route";

/** The pages of supply-chain finance. They come together, apart from the rest, when one of them is asked for first. */
export default function SupplyPages({ route }: { route: Route }) {
  switch (route.page) {
    case "vouchers":
      return <VouchersPage query={route.query} />;
    case "voucher":
      return <VoucherPage lot={route.id} step={route.query.get("step")} key={route.id} />;
    case "draft":
      return <DraftPage claim={route.query.get("claim") ?? ""} />;
    case "vouchers-import":
      return <VoucherImportPage />;
    case "tree":
      return <TreePage lot={route.id} key={route.id} />;
    case "invoices":
      return <InvoicesPage query={route.query} />;
    case "invoice":
      return <InvoicePage id={route.id} key={route.id} />;
    case "invoice-new":
      return <RegisterPage />;
    case "invoice-lookup":
      return <LookupPage />;
    case "invoice-import":
      return <InvoiceImportPage />;
    case "near-duplicates":
      return <NearPage />;
    case "claims":
      return <ClaimsPage query={route.query} />;
    case "claim":
      return <ClaimPage id={route.id} key={route.id} />;
    case "claim-new":
      return <ClaimFormPage />;
    case "exposure":
      return <ExposurePage party={route.id} />;
    case "findings":
      return <FindingsPage query={route.query} />;
    case "record":
      return <RecordPage id={route.id} key={route.id} />;
    case "rules":
      return <RulesPage id={route.id} />;
  }
  return null;
}
