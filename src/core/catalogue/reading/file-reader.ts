/** Reads team files in the order in which the walk will ask for them, each as its content arrives. */
import type { Configuration } from '../configuration/configuration.ts';
import { readBlob, type HistorySource, type TreeFile } from '../history.ts';
import { readTeamFile, type Blob, type FileContent } from './team-file.ts';

export interface FileReader {
  /** What the files are read with. */
  readonly configuration: Configuration;
  /**
   * What stands in `file`: from what was announced where it is its turn, else asked for by itself. At once where its
   * content has arrived already, as that of most has: a promise for each file costs more than many a small file.
   */
  read(file: TreeFile): FileContent | Promise<FileContent>;
  /** Lets go of what was announced and not read. */
  close(): void;
}

/** Announces `files`, all of which `configuration` matches. */
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
