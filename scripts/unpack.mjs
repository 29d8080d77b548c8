// Reads an npm package or an MCP bundle.
import { gunzipSync } from "node:zlib";
import { unzipSync } from "fflate";

const BLOCK = 512;

/** The contents of a .tgz or a .mcpb, by path. Throws if the bytes are neither. */
export function unpack(bytes) {
  if (bytes.readUInt16BE(0) === 0x1f8b) return new Map(filesOfTar(gunzipSync(bytes)));
  return new Map(Object.entries(unzipSync(bytes)).map(([path, content]) => [path, Buffer.from(content)]));
}

/** Regular files only, as npm packs them. */
function* filesOfTar(tar) {
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0; ) {
    const text = (from, length) =>
      tar.toString("utf8", at + from, at + from + length).replace(/\0[\s\S]*$/, "");
    const size = Number.parseInt(text(124, 12), 8);
    const [name, prefix] = [text(0, 100), text(345, 155)];
    const start = at + BLOCK;
    yield [prefix === "" ? name : `${prefix}/${name}`, tar.subarray(start, start + size)];
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
}
