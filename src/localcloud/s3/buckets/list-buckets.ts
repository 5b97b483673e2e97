import { route, type S3Operation, sendXml } from '../exchange/exchange.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html */
export const listBuckets: S3Operation = {
  name: 'ListBuckets',
  matches: route('GET', 'service'),
  handle(exchange) {
    const prefix = exchange.address.query.get('prefix') ?? '';
    const buckets = [...exchange.store.buckets.values()]
      .filter(({ name }) => name.startsWith(prefix))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    sendXml(exchange, [
      'ListAllMyBucketsResult',
      ['Owner', ['ID', owner], ['DisplayName', owner]],
      [
        'Buckets',
        ...buckets.map(
          ({ name, createdAt, region }) =>
            ['Bucket', ['Name', name], ['CreationDate', createdAt], ['BucketRegion', region]] as const,
        ),
      ],
    ]);
  },
};

const owner = 'mlbench';
