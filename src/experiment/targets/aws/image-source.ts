import { join } from 'node:path';
import { defaultBaseImage } from '../../../image/container-engine-arguments.ts';
import { platformOf } from '../../../image/platform.ts';
import { publishImage } from '../../../image/publish-image.ts';
import { servingImage } from '../../../image/serving-image.ts';
import type { ImageSource } from '../../../resources/kinds/image.ts';
import type { UpSettings } from '../../settings/up-settings.ts';

/**
 * The serving image as the resource `image` wants it: its hash is known at once, a container engine is looked for only
 * once it must be built.
 */
export function servingImageSource(
  { baseImage, instanceType }: Pick<UpSettings, 'baseImage' | 'instanceType'>,
  { stateDir, environment }: { stateDir: string; environment: NodeJS.ProcessEnv },
): ImageSource {
  const image = servingImage(platformOf(instanceType), baseImage ?? defaultBaseImage);
  return {
    contentHash: image.contentHash,
    publish: (reference, login, around) =>
      publishImage(image, reference, login, {
        ...around,
        environment,
        scratchFolder: join(stateDir, 'scratch'),
      }),
  };
}
