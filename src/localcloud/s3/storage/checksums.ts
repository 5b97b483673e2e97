import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Header suffixes: `x-amz-checksum-crc32`. */
export const checksumAlgorithms = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'] as const;
export type ChecksumAlgorithm = (typeof checksumAlgorithms)[number];

export interface Checksum {
  update(bytes: Uint8Array): void;
  digest(): Buffer;
}

export function createChecksum(algorithm: ChecksumAlgorithm): Checksum {
  switch (algorithm) {
    case 'crc32': {
      let state = 0;
      return {
        update: (bytes) => {
          state = crc32(bytes, state);
        },
        digest: () => uint32(state),
      };
    }
    case 'crc32c':
      return createCrc32c();
    case 'crc64nvme':
      return createCrc64Nvme();
    default: {
      const hash = createHash(algorithm);
      return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest() };
    }
  }
}

/** Castagnoli's polynomial, reflected: RFC 3720. */
function createCrc32c(): Checksum {
  let state = -1;
  return {
    update(bytes) {
      for (const byte of bytes) state = crc32cTable[(state ^ byte) & 0xff]! ^ (state >>> 8);
    },
    digest: () => uint32(~state >>> 0),
  };
}

const crc32cTable = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value;
});

/** CRC-64/NVME (NVM Express base specification), in two halves: BigInt would cost ten times as much. */
function createCrc64Nvme(): Checksum {
  let high = -1;
  let low = -1;
  return {
    update(bytes) {
      for (const byte of bytes) {
        const index = (low ^ byte) & 0xff;
        low = ((low >>> 8) | (high << 24)) ^ crc64Low[index]!;
        high = (high >>> 8) ^ crc64High[index]!;
      }
    },
    digest: () => Buffer.concat([uint32(~high >>> 0), uint32(~low >>> 0)]),
  };
}

const crc64Table = Array.from({ length: 256 }, (_, byte) => {
  let value = BigInt(byte);
  for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ 0x9a6c9329ac4bc9b5n : value >> 1n;
  return value;
});
const crc64High = Int32Array.from(crc64Table, (value) => Number(BigInt.asIntN(32, value >> 32n)));
const crc64Low = Int32Array.from(crc64Table, (value) => Number(BigInt.asIntN(32, value)));

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}
