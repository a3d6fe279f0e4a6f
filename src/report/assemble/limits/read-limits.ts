/** Limits of what is read and kept of a file beside its frames, in words. */
import {
  EtlLimit,
  LimitName,
  MAX_BLOCK_BYTES,
  MAX_COMMENTS,
  MAX_INTERFACES,
  MAX_NAME_BYTES,
  MAX_NAMES,
  MAX_TEXT_BYTES,
} from '../../../capture/bytes/limits.js';
import {
  MAX_BUFFERS,
  MAX_COMPONENTS,
  MAX_DROP_KINDS,
  MAX_FILTERS,
  MAX_MAP_ENTRIES,
  MAX_PARTIAL,
  MAX_POINTS,
  MAX_SPOOL_BYTES,
  MAX_STREAMS,
} from '../../../capture/etl/trace/limits.js';
import type { CaptureFile, ReadLimit } from '../../../capture/frames/frame.js';
import type { LimitModel } from '../../model/model.js';
import { sourceName } from '../input/names.js';

const READ_LIMITS: Readonly<Record<ReadLimit, Omit<LimitModel, 'code' | 'count'>>> = {
  [LimitName.Comments]: {
    name: 'comments beyond the first 1,000',
    limit: MAX_COMMENTS,
    means: 'They are not in the report.',
  },
  [LimitName.TextLength]: {
    name: 'texts cut at 4,096 bytes',
    limit: MAX_TEXT_BYTES,
    means: 'The rest of them is not in the report.',
  },
  [LimitName.Names]: {
    name: 'declared names beyond the first 65,536',
    limit: MAX_NAMES,
    means: 'Addresses may have no name.',
  },
  [LimitName.NameLength]: {
    name: 'declared names cut at 255 bytes',
    limit: MAX_NAME_BYTES,
    means: 'The rest of them is not in the report.',
  },
  [LimitName.Interfaces]: {
    name: 'interfaces beyond the first 65,536',
    limit: MAX_INTERFACES,
    means: 'They are not told apart in the report.',
  },
  [LimitName.BlockSize]: {
    name: 'blocks over 16 MiB not looked into',
    limit: MAX_BLOCK_BYTES,
    means: 'What they hold is not in the report.',
  },
  [LimitName.Options]: {
    name: 'option lists that run past their block',
    limit: 0,
    means: 'Options from there on were not read; the frames were.',
  },
  [EtlLimit.Buffers]: {
    name: 'trace buffers beyond the first 1,048,576',
    limit: MAX_BUFFERS,
    means: 'Packets in them are in no verdict.',
  },
  [EtlLimit.Streams]: {
    name: 'processors beyond 1,024: read in the order of the file',
    limit: MAX_STREAMS,
    means: 'Packets of different processors may be out of order.',
  },
  [EtlLimit.Records]: {
    name: 'trace buffers with a record that makes no sense: the rest of the buffer was left out',
    limit: 0,
    means: 'Packets in the rest are in no verdict.',
  },
  [EtlLimit.Compressed]: {
    name: 'compressed trace buffers that are damaged: what came out was kept',
    limit: 0,
    means: 'Packets in the rest are in no verdict.',
  },
  [EtlLimit.Components]: {
    name: 'components beyond the first 4,096',
    limit: MAX_COMPONENTS,
    means: 'They have no name in the report.',
  },
  [EtlLimit.Points]: {
    name: 'places in the network stack beyond the first 8,192',
    limit: MAX_POINTS,
    means: 'Packets taken there are not told apart from others.',
  },
  [EtlLimit.Filters]: {
    name: 'packet filters beyond the first 256',
    limit: MAX_FILTERS,
    means: 'They are not in the report.',
  },
  [EtlLimit.MapEntries]: {
    name: 'drop reasons beyond the first 4,096',
    limit: MAX_MAP_ENTRIES,
    means: 'They have no name in the report.',
  },
  [EtlLimit.Partial]: {
    name: 'unfinished packets beyond 256 at once, or longer than 256 KiB',
    limit: MAX_PARTIAL,
    means: 'They are in no verdict, or only as far as they came.',
  },
  [EtlLimit.DropKinds]: {
    name: 'kinds of drops beyond the first 1,024',
    limit: MAX_DROP_KINDS,
    means: 'Further kinds are not counted in the report.',
  },
  [EtlLimit.Drops]: {
    name: 'drops beside no packet',
    limit: 0,
    means: 'Which packets were dropped there cannot be told.',
  },
  [EtlLimit.Spool]: {
    name: 'bytes beyond the first 2 GiB of an input that is no plain file',
    limit: MAX_SPOOL_BYTES,
    means: 'What follows was not analysed.',
  },
};

/** Those that were reached while the file was read. */
export function readLimits({ path, limits }: Pick<CaptureFile, 'path' | 'limits'>): LimitModel[] {
  return [...limits].map(([code, count]) => {
    const { name, limit, means } = READ_LIMITS[code];
    return { code, name, limit, count, means: `${means} Reached while reading ${sourceName(path)}.` };
  });
}
