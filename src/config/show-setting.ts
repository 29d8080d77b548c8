import { MASK } from "../log/redact.ts";
import type { SettingKey } from "./schema.ts";

/** The form that C1 shows. A value of another form may be anything, such as a secret without its beginning. */
const CLIENT_ID = /^[^@\s:]+@[^@\s/]+\/[a-z]+$/;

/** How a key in JSON begins in base64, and so a C1 client secret behind its prefix; also in lower case, as part of a host. */
const ENCODED_KEY = /(?<![a-z0-9])eyj[\w-]{12,}/i;

/** The value of a setting that is no secret, for people; `***` if a secret may have been put there by mistake. */
export function showSetting(key: SettingKey, text: string): string {
  const isForeign = key === "clientId" && !CLIENT_ID.test(text);
  return isForeign || ENCODED_KEY.test(text) ? MASK : text;
}
