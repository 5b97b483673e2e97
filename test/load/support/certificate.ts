/**
 * A self-signed certificate for localhost and 127.0.0.1, valid for a hundred years, and its key: for tests alone, made by
 * `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500 -subj '/CN=mlbench test'
 * -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1'`.
 */
export const testCertificate = `-----BEGIN CERTIFICATE-----
MIIBoTCCAUegAwIBAgIUaElrxL60hIXRI+zMMGyiCFgL/hMwCgYIKoZIzj0EAwIw
FzEVMBMGA1UEAwwMbWxiZW5jaCB0ZXN0MCAXDTI2MTEyMjE2MTg1NVoYDzIxMjYx
MDI5MTYxODU1WjAXMRUwEwYDVQQDDAxtbGJlbmNoIHRlc3QwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAASGoseb5qkxT6SldZTDHUNXcZM2wjpexSIabarXyshOGPKJ
hCcw0ZyAc1ProiLwZpQYmAZ/+50jh9WFp7mROz1Co28wbTAdBgNVHQ4EFgQUr3jw
JY4CUReOQUJgkQUBGzzxN/UwHwYDVR0jBBgwFoAUr3jwJY4CUReOQUJgkQUBGzzx
N/UwDwYDVR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEw
CgYIKoZIzj0EAwIDSAAwRQIhALsOdCI7qEqfyE5xBJNjJnVDx7gxZitoIppud+h7
/4NnAiBnphVUuaSiP6fTlACQHvjhlDPp/r2hBcO5wYS+yG/hZA==
-----END CERTIFICATE-----\n`;

export const testKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg34S+yqjUfibxNHyL
Sy9H0VJdVNk3L1yGNIhnTuOU8MKhRANCAASGoseb5qkxT6SldZTDHUNXcZM2wjpe
xSIabarXyshOGPKJhCcw0ZyAc1ProiLwZpQYmAZ/+50jh9WFp7mROz1C
-----END PRIVATE KEY-----\n`;
