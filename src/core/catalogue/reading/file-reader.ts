/** Reads team files in the order in which the walk needs them, each as soon as its content arrives. */
import type { Configuration } from '../configuration/configuration.ts';
import { readBlob, type HistorySource, type TreeFile } from '../history.ts';
import { readTeamFile, type Blob, type FileContent } from './team-file.ts';

export interface FileReader {
  /** The configuration that decides how the files are read. */
  readonly configuration: Configuration;
  /**
   * The content of `file`. Files read in the announced order come from the announced stream, any other is requested
   * separately. Returns a value, not a promise, if the content has arrived already (the usual case): a promise for each
   * of many small files costs more than reading it.
   */
  read(file: TreeFile): FileContent | Promise<FileContent>;
  /** Ends the stream, including what was announced and not read. */
  close(): void;
}

/** Opens a reader and announces `files`, all of which `configuration` must match. */
export function openFileReader(
  source: HistorySource,
  files: readonly TreeFile[],
  configuration: Configuration,
): FileReader {
  const stream = files.length > 0 ? source.blobs(files.map(({ blob }) => blob)) : undefined;
  const batches = stream?.batches();
  let batch: readonly Blob[] = [];
  let inBatch = 0;
  let next = 0;

  const nextBatch = async (): Promise<Blob> => {
    do {
      const result = await batches?.next();
      if (result === undefined || result.done) throw new Error(`git gave ${next} of ${files.length} blobs`);
      batch = result.value;
      inBatch = 0;
    } while (batch.length === 0);
    return takeFromBatch();
  };
  const takeFromBatch = (): Blob => {
    const blob = batch[inBatch++];
    if (blob === undefined) throw new Error('the batch is used up');
    return blob;
  };

  return {
    configuration,
    read(file) {
      const content = (blob: Blob): FileContent => readTeamFile(file.path, blob, configuration);
      const announced = files[next];
      if (announced?.blob !== file.blob || announced.path !== file.path) {
        return readBlob(source, file.blob).then(content);
      }
      next++;
      return inBatch < batch.length ? content(takeFromBatch()) : nextBatch().then(content);
    },
    close: () => stream?.stop(),
  };
}
