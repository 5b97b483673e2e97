import { crc32 } from 'node:zlib';
import { Header } from 'tar';
import { userError } from '../errors.ts';

export interface FileToPack {
  /** Relative, forward slashes. */
  path: string;
  bytes: Uint8Array;
}

/**
 * Packs files into a `model.tar.gz` whose bytes depend on nothing but paths and contents: fixed times, owner, modes and
 * order, and gzip's stored blocks. zlib compresses differently from one version and processor to the next, and a
 * model's name on the cloud comes from this archive's hash; weights hardly compress anyway.
 */
export function packFiles(files: readonly FileToPack[]): Uint8Array {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const tar = Buffer.concat([...sorted.flatMap(tarEntry), Buffer.alloc(2 * blockBytes)]);
  return gzipStored(tar);
}

const blockBytes = 512;
const storedBlockBytes = 65_535;

function tarEntry(file: FileToPack): Uint8Array[] {
  const header = new Header({
    path: file.path,
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: file.bytes.length,
    mtime: new Date(0),
    type: 'File',
    uname: 'root',
    gname: 'root',
  });
  const block = Buffer.alloc(blockBytes);
  if (header.encode(block, 0)) {
    throw userError(
      'model-path-too-long',
      `the path "${file.path}" is too long for a tar archive`,
      'give the model a shorter file name, or fewer folders',
    );
  }
  const padding = (blockBytes - (file.bytes.length % blockBytes)) % blockBytes;
  return [block, file.bytes, Buffer.alloc(padding)];
}

/** RFC 1952 around RFC 1951's stored blocks: five bytes of framing for each 65,535. */
function gzipStored(data: Uint8Array): Uint8Array {
  // Magic, deflate, no flags, no time, no hints, operating system 255 "unknown".
  const parts: Uint8Array[] = [Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])];
  for (let start = 0; start === 0 || start < data.length; start += storedBlockBytes) {
    const block = data.subarray(start, start + storedBlockBytes);
    const framing = Buffer.alloc(5);
    framing.writeUInt8(start + storedBlockBytes >= data.length ? 1 : 0, 0);
    framing.writeUInt16LE(block.length, 1);
    framing.writeUInt16LE(~block.length & 0xffff, 3);
    parts.push(framing, block);
  }
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(data), 0);
  trailer.writeUInt32LE(data.length % 2 ** 32, 4);
  return Buffer.concat([...parts, trailer]);
}
