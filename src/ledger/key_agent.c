/*
 * Keys that an ssh-agent holds (draft-miller-ssh-agent): a message is its length (32 bits,
 * big-endian), a type, and strings with lengths before them. The agent signs the bytes as they are,
 * so an ssh-ed25519 key makes the signatures of notes.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "ledger/key.h"
#include "util/cursor.h"
#include "util/fd.h"

enum {
	SIGN_REQUEST = 13,
	SIGN_RESPONSE = 14,
	ANSWER_BYTES_MAX = 4096,
	WAIT_SECONDS = 120, /* somebody may have to touch a token */
};

static const char algorithm[] = "ssh-ed25519";

static int agent_connect(void)
{
	const char *path = getenv("SSH_AUTH_SOCK");
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	struct timeval wait = {.tv_sec = WAIT_SECONDS};
	int fd;

	if (!path || !*path || strlen(path) >= sizeof(a.sun_path))
		return -1;
	memcpy(a.sun_path, path, strlen(path));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	if (connect(fd, (const struct sockaddr *)&a, sizeof(a)) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static void add_u32(struct buf *b, uint32_t n)
{
	const uint8_t bytes[4] = {
		(uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n};

	buf_add(b, bytes, 4);
}

static void add_string(struct buf *b, const void *p, size_t n)
{
	add_u32(b, (uint32_t)n);
	buf_add(b, p, n);
}

/* The whole request; the length in front is of what follows. */
static void make_request(const struct vkey *k, const void *message, size_t n, struct buf *ret)
{
	struct buf blob, body;

	buf_init(&blob, 256);
	add_string(&blob, algorithm, sizeof(algorithm) - 1);
	add_string(&blob, k->key, ED25519_KEY_BYTES);
	buf_init(&body, n + 512);
	buf_add_char(&body, SIGN_REQUEST);
	add_string(&body, blob.p, blob.len);
	add_string(&body, message, n);
	add_u32(&body, 0);
	add_string(ret, body.p, body.len);
	if (blob.full || body.full)
		ret->full = true;
	buf_release(&blob);
	buf_release(&body);
}

static struct str take_string(struct cursor *c)
{
	return cursor_str(c, cursor_u32be(c));
}

static bool read_answer(int fd, uint8_t ret[ED25519_SIGNATURE_BYTES])
{
	uint8_t head[4], bytes[ANSWER_BYTES_MAX];
	struct str blob, name, signature;
	struct cursor c;
	size_t n;

	if (!fd_read_all(fd, head, 4))
		return false;
	n = (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
	if (n < 1 || n > sizeof(bytes) || !fd_read_all(fd, bytes, n))
		return false;
	c = cursor_of(bytes, n);
	if (cursor_u8(&c) != SIGN_RESPONSE)
		return false;
	blob = take_string(&c);
	if (!cursor_ok(&c) || cursor_left(&c))
		return false;
	c = cursor_of(blob.p, blob.len);
	name = take_string(&c);
	signature = take_string(&c);
	if (!cursor_ok(&c) || !str_is(name, algorithm) || signature.len != ED25519_SIGNATURE_BYTES)
		return false;
	memcpy(ret, signature.p, ED25519_SIGNATURE_BYTES);
	return true;
}

static bool agent_sign(struct signer *s, const void *message, size_t n,
	uint8_t ret[ED25519_SIGNATURE_BYTES])
{
	int fd = agent_connect();
	struct buf request;
	bool ok;

	if (fd < 0)
		return false;
	buf_init(&request, n + 1024);
	make_request(&s->key, message, n, &request);
	ok = !request.full &&
	     send(fd, request.p, request.len, MSG_NOSIGNAL) == (ssize_t)request.len &&
	     read_answer(fd, ret);
	buf_release(&request);
	close(fd);
	return ok;
}

enum status key_open_agent(const char *vkey_file, struct signer *ret, char why[KEY_WHY_BYTES])
{
	int fd;

	TRY(key_read_public(vkey_file, &ret->key, why));
	fd = agent_connect();
	if (fd < 0) {
		snprintf(why, KEY_WHY_BYTES, "no ssh-agent answers at SSH_AUTH_SOCK");
		return STATUS_NOT_FOUND;
	}
	close(fd);
	ret->sign = agent_sign;
	return STATUS_OK;
}
