"""moto in processes that fork: each is an account of its own, which begins as the one that it was forked from is. The first
prints its port; a request for /worlds/fork is answered with the pid and the port of another. All end with their stdin."""

import gc
import json
import logging
import os
import signal
import sys
import threading

from moto.ecr.models import ecr_backends
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

MANIFEST_TYPE = 'application/vnd.docker.distribution.manifest.v2+json'


class Handler(MotoRequestHandler):
    def log_request(self, *_):
        pass


class Worlds:
    """WSGI: moto, but for what is asked of the world itself."""

    def __init__(self):
        self.moto = DomainDispatcherApplication(create_backend_app)
        self.server = None

    def __call__(self, environ, start_response):
        path = environ['PATH_INFO']
        if path == '/worlds/fork':
            return answer(start_response, self.fork(environ['werkzeug.socket']))
        if path == '/worlds/push':
            push(environ['QUERY_STRING'])
            return answer(start_response, {})
        return self.moto(environ, start_response)

    def fork(self, connection):
        """Whoever asks must see to it that no other request is under way: of the threads, only this one goes on in the fork."""
        reading, writing = os.pipe()
        gc.freeze()
        pid = os.fork()
        if pid == 0:
            try:
                os.close(reading)
                connection.close()
                self.server.socket.close()
                self.serve(lambda port: os.write(writing, b'%d\n' % port))
            finally:
                os._exit(1)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            return {'pid': pid, 'port': int(pipe.readline())}

    def serve(self, announce):
        threading.Thread(target=end_with_stdin, daemon=True).start()
        self.server = make_server('127.0.0.1', 0, self, threaded=True, request_handler=Handler)
        announce(self.server.port)
        self.server.serve_forever()


def end_with_stdin():
    while os.read(0, 1024):
        pass
    os._exit(0)


def answer(start_response, content):
    body = json.dumps(content).encode()
    start_response('200 OK', [('Content-Type', 'application/json'), ('Content-Length', str(len(body)))])
    return [body]


def push(reference):
    """What `docker push REGISTRY/REPOSITORY:TAG` leaves in ECR."""
    repository, tag = reference.split('/', 1)[1].rsplit(':', 1)
    config = {
        'mediaType': 'application/vnd.docker.container.image.v1+json',
        'size': 2,
        'digest': f"sha256:{'0' * 64}",
    }
    manifest = {'schemaVersion': 2, 'mediaType': MANIFEST_TYPE, 'config': config, 'layers': []}
    registry = ecr_backends['123456789012']['us-east-1']
    registry.put_image(repository, json.dumps(manifest), tag, MANIFEST_TYPE)


# Of a service that moto lacks, mlbench is told with status 500; the trace is nobody's.
logging.getLogger('werkzeug').setLevel(logging.CRITICAL + 1)
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
Worlds().serve(lambda port: print(port, flush=True))
sys.exit()
