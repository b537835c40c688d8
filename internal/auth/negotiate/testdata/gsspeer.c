/*
 * gsspeer drives MIT's GSS-API, in either role, by lines of hexadecimal bytes:
 *
 *     gsspeer init SERVICE@HOST spnego|krb5 FLAGS
 *     gsspeer accept
 *
 * It writes a token and reads the peer's, "-" being none, until the context is
 * there. Then it writes "done MECHANISM NAME" and obeys: mic MESSAGE, verify
 * MESSAGE MIC, wrap MESSAGE, seal MESSAGE, unwrap TOKEN.
 */
#include <gssapi/gssapi.h>
#include <gssapi/gssapi_krb5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static gss_OID_desc spnego = {6, "\x2b\x06\x01\x05\x05\x02"};
static gss_OID_desc krb5 = {9, "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02"};

static char line[1 << 18];

static void fail(const char *what, OM_uint32 major, OM_uint32 minor)
{
	OM_uint32 m, more = 0;
	gss_buffer_desc a, b;

	gss_display_status(&m, major, GSS_C_GSS_CODE, GSS_C_NO_OID, &more, &a);
	more = 0;
	gss_display_status(&m, minor, GSS_C_MECH_CODE, GSS_C_NO_OID, &more, &b);
	printf("fail %s: %.*s: %.*s\n", what, (int)a.length, (char *)a.value, (int)b.length, (char *)b.value);
	fflush(stdout);
	exit(1);
}

static void put(gss_buffer_desc b)
{
	if (b.length == 0)
		printf("-");
	for (size_t i = 0; i < b.length; i++)
		printf("%02x", ((unsigned char *)b.value)[i]);
	printf("\n");
	fflush(stdout);
}

static gss_buffer_desc bytes(char *hex)
{
	gss_buffer_desc b = {0, NULL};
	unsigned c;

	if (hex == NULL || *hex == '-')
		return b;
	b.value = malloc(strlen(hex) / 2 + 1);
	for (; sscanf(hex, "%2x", &c) == 1; hex += 2)
		((unsigned char *)b.value)[b.length++] = c;
	return b;
}

static char *get(void)
{
	if (fgets(line, sizeof line, stdin) == NULL)
		exit(0);
	return strtok(line, " \n");
}

static gss_ctx_id_t establish(int argc, char **argv)
{
	gss_ctx_id_t ctx = GSS_C_NO_CONTEXT;
	gss_name_t target = GSS_C_NO_NAME;
	gss_buffer_desc in = {0, NULL}, out, name;
	OM_uint32 major, minor;
	int first = argc > 4;

	if (first) {
		name.value = argv[2];
		name.length = strlen(argv[2]);
		gss_import_name(&minor, &name, GSS_C_NT_HOSTBASED_SERVICE, &target);
	}
	do {
		if (!first)
			in = bytes(get());
		first = 0;
		if (argc > 4)
			major = gss_init_sec_context(&minor, GSS_C_NO_CREDENTIAL, &ctx, target,
				strcmp(argv[3], "krb5") ? &spnego : &krb5, atoi(argv[4]), 0,
				GSS_C_NO_CHANNEL_BINDINGS, &in, NULL, &out, NULL, NULL);
		else
			major = gss_accept_sec_context(&minor, &ctx, GSS_C_NO_CREDENTIAL, &in,
				GSS_C_NO_CHANNEL_BINDINGS, NULL, NULL, &out, NULL, NULL, NULL);
		if (GSS_ERROR(major))
			fail("context", major, minor);
		if (out.length || (major & GSS_S_CONTINUE_NEEDED) || argc <= 4)
			put(out);
	} while (major & GSS_S_CONTINUE_NEEDED);
	return ctx;
}

static void obey(gss_ctx_id_t ctx, char *verb)
{
	gss_buffer_desc in = bytes(strtok(NULL, " \n")), mic = bytes(strtok(NULL, " \n")), out = {0, NULL};
	OM_uint32 major, minor;
	int conf;

	if (!strcmp(verb, "mic"))
		major = gss_get_mic(&minor, ctx, GSS_C_QOP_DEFAULT, &in, &out);
	else if (!strcmp(verb, "verify"))
		major = gss_verify_mic(&minor, ctx, &in, &mic, NULL);
	else if (!strcmp(verb, "unwrap"))
		major = gss_unwrap(&minor, ctx, &in, &out, &conf, NULL);
	else
		major = gss_wrap(&minor, ctx, !strcmp(verb, "seal"), GSS_C_QOP_DEFAULT, &in, &conf, &out);
	if (major != GSS_S_COMPLETE)
		fail(verb, major, minor);
	put(out);
}

int main(int argc, char **argv)
{
	OM_uint32 major, minor;
	gss_ctx_id_t ctx = establish(argc, argv);
	gss_name_t who;
	gss_buffer_desc name, mech;
	gss_OID oid;

	major = gss_inquire_context(&minor, ctx, &who, NULL, NULL, &oid, NULL, NULL, NULL);
	if (major != GSS_S_COMPLETE)
		fail("inquire", major, minor);
	gss_display_name(&minor, who, &name, NULL);
	gss_oid_to_str(&minor, oid, &mech);
	printf("done %.*s %.*s\n", (int)mech.length, (char *)mech.value, (int)name.length, (char *)name.value);
	fflush(stdout);
	for (;;)
		obey(ctx, get());
}
