import type { Audit } from "../log/audit.ts";
import type { ToolSource } from "../tools/listing.ts";

/** Opens the audit trail when the tools are loaded, because a start that only lists tools needs neither. */
export function loadAuditWith(
  source: ToolSource,
  open: () => Promise<Audit>,
): { readonly source: ToolSource; readonly audit: Audit } {
  let opening: Promise<Audit> | undefined;
  let opened: Audit | undefined;
  const audit = () => {
    if (opened === undefined) throw new Error("a tool runs that was not loaded");
    return opened;
  };
  return {
    source: {
      ...source,
      async load() {
        opening ??= open();
        const [tools, loaded] = await Promise.all([source.load(), opening]);
        opened = loaded;
        return tools;
      },
    },
    audit: { intend: (attempt) => audit().intend(attempt), write: (record) => audit().write(record) },
  };
}
