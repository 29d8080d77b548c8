import { cleanText, formatCount } from "../text.ts";
import { formatAnchor } from "./anchor.ts";
import type { ChainFinding } from "./findings.ts";
import type { FileSummary } from "./scan-file.ts";
import { showField } from "./show-field.ts";
import type { Verification } from "./verify.ts";

/** How many lines of each kind are shown. */
const MAX_SHOWN = 100;

const VERDICTS: Readonly<Record<Verification["verdict"], string>> = {
  intact: "Intact: every record is as it was written, and none is missing between those that are here.",
  incomplete: "Nothing that was altered, but not everything could be checked.",
  tampered: "TAMPERED: the files are not what the server wrote.",
};

const WITHOUT_ANCHOR =
  "Without an anchor this does not show records cut off at the end of a chain, nor files that were forged as a whole: compare " +
  "with an anchor that was kept where the writer of the files cannot write (`--anchor VALUE`).";

/** Formats the outcome of a verification for a person. */
export function formatVerification(result: Verification): string {
  const { files, findings, findingCount, late, openIntents, moreOpenIntents, anchor, anchored } = result;
  const torn = files.flatMap(({ file, torn: lines }) => lines.map((line) => ({ file, ...line })));
  const parts = [
    files.map(describeFile),
    section(formatCount(findingCount, "finding"), findings.map(describeFinding), findingCount),
    section(
      "Chains whose beginning is in none of these files (put aside, or cut off)",
      late.map(({ file, line, chain, seq }) => `${file}:${line}: chain ${chain} begins with record ${seq}`),
    ),
    section(
      "Lines that break off (a server was killed, the disk was full, or power was lost)",
      torn.map(
        ({ file, line, chain, seq }) =>
          `${file}:${line}${chain === undefined ? "" : `: record ${seq} of chain ${chain}`}`,
      ),
    ),
    section(
      "Outcome not recorded (a server was killed, could not write, or is still at it): look in C1 what became of them",
      openIntents.map(({ file, line, fields }) => {
        const [time, tool, principal, write] = ["time", "tool", "principal", "write"].map((name) =>
          showField(fields[name]),
        );
        return cleanText(`${file}:${line}: ${time} ${tool} by ${principal} (${write})`);
      }),
      openIntents.length + moreOpenIntents,
    ),
    [judge(result), ...(anchored ? [] : [WITHOUT_ANCHOR])],
    anchor.length === 0 ? [] : ["To keep elsewhere:", formatAnchor(anchor)],
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

/** An empty file is one that a server has yet to write to, or an emptied one. */
function judge({ verdict, files }: Verification): string {
  const isEmpty = files.every(({ records, unchained }) => records + unchained === 0);
  return verdict === "intact" && isEmpty ? "There is no record to check." : VERDICTS[verdict];
}

function describeFile({ file, records, unchained }: FileSummary): string {
  const total = records + unchained;
  if (total === 0) return `${file}: no records`;
  const count = formatCount(total, "record");
  if (unchained === 0) return `${file}: ${count}, ${total === 1 ? "" : "all "}chained`;
  return `${file}: ${count}, ${records === 0 ? "" : `${unchained} of them `}not chained`;
}

function describeFinding({ kind, file, line, chain, seq, toSeq, text }: ChainFinding): string {
  const where = file === undefined ? "" : `${file}:${line}: `;
  const which = toSeq === undefined || toSeq === seq ? `record ${seq}` : `records ${seq} to ${toSeq}`;
  const what = chain === undefined ? "" : `${which} of chain ${chain} `;
  return `${where}${what}${kind}: ${text}`;
}

function section(title: string, lines: readonly string[], count = lines.length): readonly string[] {
  if (count === 0) return [];
  const shown = lines.slice(0, MAX_SHOWN).map((line) => `  ${line}`);
  const rest = count - shown.length;
  return [`${title}:`, ...shown, ...(rest > 0 ? [`  and ${rest} more`] : [])];
}
