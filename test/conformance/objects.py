"""S3 through boto3: its transfer manager, paginators, waiters, resources and exceptions."""

import hashlib
import io
import os
import urllib.request

import boto3.s3.transfer
from clients import client, session, shapes

BUCKET = "conformance-objects"
s3 = client("s3")


def main():
    s3.create_bucket(Bucket=BUCKET)
    s3.get_waiter("bucket_exists").wait(Bucket=BUCKET, WaiterConfig={"Delay": 1, "MaxAttempts": 5})
    big_files()
    checksums()
    hostile_keys()
    pages()
    conditions()
    settings()
    versions_and_uploads()
    presigned()
    missing()
    everything_goes()
    shapes.assert_conforming()
    print(f"{shapes.checked} responses agree with botocore's service models")


def big_files():
    """Above 8 MiB boto3 sends parts, several at once."""
    content = os.urandom(20 * 1024 * 1024 + 17)
    parts = boto3.s3.transfer.TransferConfig(multipart_threshold=8 * 1024 * 1024, max_concurrency=4)
    s3.upload_fileobj(io.BytesIO(content), BUCKET, "big", Config=parts, ExtraArgs={"ContentType": "application/gzip"})
    head = s3.head_object(Bucket=BUCKET, Key="big")
    assert head["ContentLength"] == len(content) and head["ContentType"] == "application/gzip", head
    assert head["ETag"].endswith('-3"'), head
    back = io.BytesIO()
    s3.download_fileobj(BUCKET, "big", back, Config=parts)
    assert hashlib.sha256(back.getvalue()).digest() == hashlib.sha256(content).digest()
    part = s3.get_object(Bucket=BUCKET, Key="big", Range="bytes=-17")["Body"].read()
    assert part == content[-17:]


def checksums():
    for algorithm in ("CRC32", "SHA1", "SHA256"):
        stored = s3.put_object(Bucket=BUCKET, Key="sum", Body=b"penguins", ChecksumAlgorithm=algorithm)
        back = s3.get_object(Bucket=BUCKET, Key="sum", ChecksumMode="ENABLED")
        assert back[f"Checksum{algorithm}"] == stored[f"Checksum{algorithm}"], (stored, back)
        assert back["Body"].read() == b"penguins"
    refused(s3.put_object, "BadDigest", Bucket=BUCKET, Key="sum", Body=b"penguins", ChecksumCRC32="AAAAAA==")


def hostile_keys():
    for key in ("../../etc/passwd", "a//b", "ünï 🐧", "a+b&c=d?e#f%20g", "line\nbreak"):
        s3.put_object(Bucket=BUCKET, Key=f"keys/{key}", Body=key.encode(), Metadata={"kind": "hostile"})
        back = s3.get_object(Bucket=BUCKET, Key=f"keys/{key}")
        assert back["Body"].read().decode() == key and back["Metadata"] == {"kind": "hostile"}
    listed = {item["Key"] for item in s3.list_objects_v2(Bucket=BUCKET, Prefix="keys/")["Contents"]}
    assert "keys/../../etc/passwd" in listed and "keys/line\nbreak" in listed and len(listed) == 5, listed
    s3.copy({"Bucket": BUCKET, "Key": "keys/ünï 🐧"}, BUCKET, "keys/copy")
    assert s3.get_object(Bucket=BUCKET, Key="keys/copy")["Body"].read().decode() == "ünï 🐧"


def pages():
    for number in range(25):
        s3.put_object(Bucket=BUCKET, Key=f"pages/{number % 5}/{number:02}", Body=b"")
    paginator = s3.get_paginator("list_objects_v2")
    found = [
        item["Key"]
        for page in paginator.paginate(Bucket=BUCKET, Prefix="pages/", PaginationConfig={"PageSize": 4})
        for item in page.get("Contents", [])
    ]
    assert found == sorted(found) and len(found) == 25, found
    prefixes = list(
        paginator.paginate(Bucket=BUCKET, Prefix="pages/", Delimiter="/", PaginationConfig={"PageSize": 2}).search(
            "CommonPrefixes[].Prefix"
        )
    )
    assert prefixes == [f"pages/{number}/" for number in range(5)], prefixes


def conditions():
    s3.put_object(Bucket=BUCKET, Key="once", Body=b"1", IfNoneMatch="*")
    refused(s3.put_object, "PreconditionFailed", Bucket=BUCKET, Key="once", Body=b"2", IfNoneMatch="*")
    assert s3.get_object(Bucket=BUCKET, Key="once")["Body"].read() == b"1"


def settings():
    refused(s3.get_bucket_tagging, "NoSuchTagSet", Bucket=BUCKET)
    tags = [{"Key": "mlbench:experiment", "Value": "a & b"}]
    s3.put_bucket_tagging(Bucket=BUCKET, Tagging={"TagSet": tags})
    assert s3.get_bucket_tagging(Bucket=BUCKET)["TagSet"] == tags
    block = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True}
    s3.put_public_access_block(Bucket=BUCKET, PublicAccessBlockConfiguration=block)
    assert s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"] == block
    rules = [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
    s3.put_bucket_encryption(Bucket=BUCKET, ServerSideEncryptionConfiguration={"Rules": rules})
    assert s3.get_bucket_location(Bucket=BUCKET)["LocationConstraint"] is None


def versions_and_uploads():
    tags = [{"Key": "mlbench:experiment", "Value": "tagged from the beginning"}]
    s3.create_bucket(Bucket="conformance-tagged", CreateBucketConfiguration={"Tags": tags})
    assert s3.get_bucket_tagging(Bucket="conformance-tagged")["TagSet"] == tags
    s3.delete_bucket(Bucket="conformance-tagged")
    versions = [
        version["Key"]
        for page in s3.get_paginator("list_object_versions").paginate(
            Bucket=BUCKET, Prefix="pages/", PaginationConfig={"PageSize": 7}
        )
        for version in page["Versions"]
    ]
    assert len(versions) == 25 and versions == sorted(versions), versions
    for key in ("ünï/1", "ünï/1", "ünï/2"):
        s3.create_multipart_upload(Bucket=BUCKET, Key=key)
    uploads = [
        upload
        for page in s3.get_paginator("list_multipart_uploads").paginate(
            Bucket=BUCKET, Prefix="ünï/", PaginationConfig={"PageSize": 2}
        )
        for upload in page["Uploads"]
    ]
    assert [upload["Key"] for upload in uploads] == ["ünï/1", "ünï/1", "ünï/2"], uploads
    for upload in uploads:
        s3.abort_multipart_upload(Bucket=BUCKET, Key=upload["Key"], UploadId=upload["UploadId"])


def presigned():
    url = s3.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": "once"}, ExpiresIn=60)
    assert urllib.request.urlopen(url).read() == b"1"


def missing():
    try:
        s3.get_object(Bucket=BUCKET, Key="nothing")
        raise AssertionError("it is there")
    except s3.exceptions.NoSuchKey as error:
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 404
    try:
        s3.list_objects_v2(Bucket="conformance-nowhere")
        raise AssertionError("it is there")
    except s3.exceptions.NoSuchBucket:
        pass
    refused(s3.head_object, "404", Bucket=BUCKET, Key="nothing")
    refused(s3.delete_bucket, "BucketNotEmpty", Bucket=BUCKET)


def everything_goes():
    """The resource's own way: an older listing, and deletions by the thousand."""
    session.resource("s3").Bucket(BUCKET).objects.all().delete()
    s3.delete_bucket(Bucket=BUCKET)
    s3.get_waiter("bucket_not_exists").wait(Bucket=BUCKET, WaiterConfig={"Delay": 1, "MaxAttempts": 5})


def refused(call, code, **arguments):
    try:
        call(**arguments)
    except s3.exceptions.ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response
        return
    raise AssertionError(f"{call.__name__} was not refused")


main()
