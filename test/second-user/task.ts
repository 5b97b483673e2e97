/** What the other user is to do, and with what. */
export interface StrangerTask {
  does: 'read' | 'createModel' | 'createEndpoint' | 'serve';
  url: string;
  credentials?: { accessKeyId: string; secretAccessKey: string };
  image?: string;
  model?: string;
  environment?: Record<string, string>;
  paths?: string[];
}
