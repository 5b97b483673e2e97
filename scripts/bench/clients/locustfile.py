"""One user that posts with locust's fast client, and one that calls InvokeEndpoint with boto3 and tells locust so."""

import os
import time

import boto3
from botocore.config import Config
from locust import FastHttpUser, User, task

PATH = os.environ["BENCH_PATH"]
ENDPOINT = PATH.split("/")[2]
with open(os.environ["BENCH_BODY_FILE"], "rb") as file:
    BODY = file.read()


class FastUser(FastHttpUser):
    # The certificate is self-made, and this client takes no other authority.
    insecure = True

    @task
    def post(self):
        self.client.post(PATH, data=BODY, headers={"content-type": "application/json"})


class Boto3User(User):
    def __init__(self, environment):
        super().__init__(environment)
        config = Config(retries={"total_max_attempts": 1}, tcp_keepalive=True)
        self.runtime = boto3.client("sagemaker-runtime", endpoint_url=self.host, config=config)

    @task
    def invoke(self):
        start = time.perf_counter()
        error, length = None, 0
        try:
            answer = self.runtime.invoke_endpoint(
                EndpointName=ENDPOINT, ContentType="application/json", Body=BODY
            )
            length = len(answer["Body"].read())
        except Exception as caught:
            error = caught
        self.environment.events.request.fire(
            request_type="POST",
            name="InvokeEndpoint",
            response_time=(time.perf_counter() - start) * 1000,
            response_length=length,
            exception=error,
            context=self.context(),
        )
