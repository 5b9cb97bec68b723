/** `status` as a page. */
import { page } from '../../../reporters/html/page.ts';
import { statusAbout, statusSections, statusVerdict } from '../../../reporters/html/status-section.ts';
import type { StatusReport } from '../status-report.ts';

export const statusPage = (report: StatusReport): string =>
  page({
    subject: 'status',
    verdict: statusVerdict(report),
    about: statusAbout(report),
    sections: statusSections(report),
  });
