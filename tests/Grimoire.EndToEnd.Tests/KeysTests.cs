using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Embedded.Functions.Tests.Support;
using Grimoire.EndToEnd.Tests.Support;
using Xunit.Abstractions;

namespace Grimoire.EndToEnd.Tests;

/// <summary>An app that asks for keys: the first one, roles, expiry, rotation, revocation, and where no key may ever be.</summary>
[Trait("Row", "KZ21")]
public sealed class KeysTests(ITestOutputHelper output)
{
    static readonly object Spell = new { slug = "s", steps = (object[])[new { id = "a", tool = "json.value", with = new { value = 1 } }] };

    [Fact]
    public async Task No_key_is_left_anywhere_but_in_the_answer_that_made_it_and_the_line_that_shows_the_first()
    {
        await using GrimoireApp app = await GrimoireApp.StartWithKeysAsync(storage: null, output);
        string first = app.Key!;
        (string admin, _) = await app.AccountAsync("acme");
        app.Key = admin;
        (string caster, string casterId) = await app.KeyAsync("ann", "caster");
        (string viewer, string viewerId) = await app.KeyAsync("viewer", "viewer");
        JsonElement rotated = await app.ExpectAsync(HttpStatusCode.Created, "POST", $"keys/{casterId}/rotate?overlapMinutes=5");

        app.Key = caster;
        await app.ExpectAsync(HttpStatusCode.Created, "PUT", "spells/s", Spell);
        string cast = await app.CastAsync(Spell, key: "k1");
        await app.EndAsync(cast);
        await app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"casts/{cast}/redrive", new { fromStep = "a" });
        string asked = await app.CastAsync(new { slug = "ask", steps = (object[])[new { id = "ask", tool = "approval", with = new { question = "Yes?" } }] });
        await app.SeeEventAsync(asked, "approval.requested");
        JsonElement taken = await app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"casts/{asked}/steps/ask/answer", new { approved = true, by = "somebody" });
        JsonElement ended = await app.EndAsync(asked);
        await app.RefusedAsync(HttpStatusCode.Forbidden, "auth.role", "PUT", "tools/t", new { kind = "http" });
        app.Key = viewer;
        await app.RefusedAsync(HttpStatusCode.Forbidden, "auth.role", "POST", "casts", new { spell = Spell });
        app.Key = admin;
        await app.ExpectAsync(HttpStatusCode.NoContent, "DELETE", $"keys/{viewerId}");
        await app.RefusedAsync(HttpStatusCode.Unauthorized, "auth.invalid", "GET", "casts", null, ("Authorization", "Bearer " + viewer));
        await app.RefusedAsync(HttpStatusCode.BadRequest, "query.invalid", "GET", $"casts?key={admin}");
        await app.RefusedAsync(HttpStatusCode.BadRequest, "request.invalid", "POST", "keys", new { name = 5, role = admin });
        string process1 = app.Process.Output;
        Assert.Equal(0, await app.Process.StopAsync());
        await app.RestartAsync();
        await app.ExpectAsync(HttpStatusCode.OK, "GET", "casts");
        Assert.Equal(0, await app.Process.StopAsync());

        // Who answered is what the answer says, and whose key it was is what is known.
        Assert.Equal(("somebody", "ann"), (taken.GetProperty("answer").GetProperty("by").GetString(), taken.GetProperty("answer").GetProperty("key").GetString()));
        Assert.Equal("completed", ended.GetProperty("status").GetString());

        string[] secrets = [.. ((string[])[first, admin, caster, viewer, rotated.GetProperty("key").GetString()!]).Select(key => key[^43..])];
        Assert.Equal(5, secrets.Distinct().Count());
        Assert.Equal(2, process1.Split(secrets[0]).Length);
        string said = process1.Replace(secrets[0], "", StringComparison.Ordinal) + app.Process.Output;
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, said, StringComparison.Ordinal));

        // Latin-1 has every byte, so text in any file, also in a database, is found.
        string[] files = Directory.GetFiles(app.Folder, "*", SearchOption.AllDirectories);
        Assert.Contains(files, file => Path.GetFileName(file).StartsWith("acme", StringComparison.Ordinal));
        Assert.Contains(files, file => file.Contains(casterId, StringComparison.Ordinal));
        Assert.All(files, file =>
        {
            string content = File.ReadAllText(file, Encoding.Latin1);
            Assert.All(secrets, secret => Assert.False(content.Contains(secret, StringComparison.Ordinal), $"{file} has a secret in it."));
        });
    }

    [Fact]
    public async Task A_key_that_is_revoked_rotated_or_expired_opens_nothing_any_more()
    {
        await using GrimoireApp app = await GrimoireApp.StartWithKeysAsync(storage: null, output);
        (string admin, string adminId) = await app.AccountAsync("acme");
        app.Key = admin;
        (string revoked, string revokedId) = await app.KeyAsync("a", "viewer");
        (string rotated, string rotatedId) = await app.KeyAsync("b", "caster");
        (string overlapped, string overlappedId) = await app.KeyAsync("c", "caster");
        string soon = TimeProvider.System.GetUtcNow().AddSeconds(5).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        (string expiring, string expiringId) = await app.KeyAsync("d", "viewer", soon);

        await app.ExpectAsync(HttpStatusCode.NoContent, "DELETE", $"keys/{revokedId}");
        JsonElement newer = await app.ExpectAsync(HttpStatusCode.Created, "POST", $"keys/{rotatedId}/rotate");
        await app.ExpectAsync(HttpStatusCode.Created, "POST", $"keys/{overlappedId}/rotate?overlapMinutes=10");

        await app.RefusedAsync(HttpStatusCode.Unauthorized, "auth.invalid", "GET", "casts", null, ("Authorization", "Bearer " + revoked));
        await app.RefusedAsync(HttpStatusCode.Unauthorized, "auth.invalid", "GET", "casts", null, ("Authorization", "Bearer " + rotated));
        await app.ExpectAsync(HttpStatusCode.OK, "GET", "casts", null, ("Authorization", "Bearer " + newer.GetProperty("key").GetString()));
        await app.ExpectAsync(HttpStatusCode.OK, "GET", "casts", null, ("Authorization", "Bearer " + overlapped));
        await Eventually.SeeAsync(
            async () => (await app.SendAsync("GET", "casts", null, ("Authorization", "Bearer " + expiring))).StatusCode, status => status == HttpStatusCode.Unauthorized, app.Process);
        await app.RefusedAsync(HttpStatusCode.Unauthorized, "auth.expired", "GET", "casts", null, ("Authorization", "Bearer " + expiring));

        JsonElement keys = await app.GetAsync("keys");
        var statuses = keys.GetProperty("keys").EnumerateArray().ToDictionary(key => key.GetProperty("id").GetString()!, key => key.GetProperty("status").GetString());
        Assert.Equal(("valid", "revoked", "revoked", "valid", "expired"), (statuses[adminId], statuses[revokedId], statuses[rotatedId], statuses[overlappedId], statuses[expiringId]));
        Assert.DoesNotContain("hash", keys.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.All(keys.GetProperty("keys").EnumerateArray(), key => Assert.False(key.TryGetProperty("key", out _)));
        Assert.Equal(rotatedId, newer.GetProperty("replaces").GetString());
    }

    [Fact]
    public async Task A_disabled_account_is_closed_until_it_is_enabled_and_that_of_the_operators_stays_open()
    {
        await using GrimoireApp app = await GrimoireApp.StartWithKeysAsync(storage: null, output);
        string operators = app.Key!;
        string operatorsId = operators.Split('_')[1];
        (string admin, _) = await app.AccountAsync("acme");

        await app.ExpectAsync(HttpStatusCode.NoContent, "DELETE", "accounts/acme");
        await app.RefusedAsync(HttpStatusCode.Forbidden, "auth.disabled", "GET", "casts", null, ("Authorization", "Bearer " + admin));
        Assert.True((await app.GetAsync("accounts/acme")).TryGetProperty("disabledAt", out _));
        await app.ExpectAsync(HttpStatusCode.OK, "PUT", "accounts/acme");
        await app.ExpectAsync(HttpStatusCode.OK, "GET", "casts", null, ("Authorization", "Bearer " + admin));

        await app.RefusedAsync(HttpStatusCode.Conflict, "account.operators", "DELETE", "accounts/main");
        await app.RefusedAsync(HttpStatusCode.Conflict, "key.lastAdmin", "DELETE", $"keys/{operatorsId}");
        await app.RefusedAsync(HttpStatusCode.NotFound, "account.notFound", "GET", "accounts/nobody");
        await app.RefusedAsync(HttpStatusCode.NotFound, "account.notFound", "POST", "keys?account=nobody", new { name = "a", role = "admin" });
        await app.RefusedAsync(HttpStatusCode.BadRequest, "account.nameInvalid", "PUT", "accounts/Not-One");
        await app.RefusedAsync(HttpStatusCode.BadRequest, "key.idInvalid", "GET", "keys/nonsense");
        await app.RefusedAsync(HttpStatusCode.NotFound, "key.notFound", "GET", "keys/000000000000");
        Assert.Equal(["acme", "main"], (await app.GetAsync("accounts")).GetProperty("accounts").EnumerateArray().Select(account => account.GetProperty("name").GetString()));

        await app.KeyAsync("another", "admin");
        await app.ExpectAsync(HttpStatusCode.NoContent, "DELETE", $"keys/{operatorsId}");
        await app.RefusedAsync(HttpStatusCode.Unauthorized, "auth.invalid", "GET", "accounts");
    }

    [Fact]
    public async Task An_operator_acts_for_any_account_and_each_account_for_itself_without_saying_so()
    {
        await using GrimoireApp app = await GrimoireApp.StartWithKeysAsync(storage: null, output);
        string operators = app.Key!;
        (string admin, _) = await app.AccountAsync("acme");

        JsonElement started = await app.ExpectAsync(HttpStatusCode.Accepted, "POST", "casts?account=acme", new { spell = Spell });
        string id = started.GetProperty("castId").GetString()!;
        await app.EndAsync(id);

        app.Key = admin;
        Assert.StartsWith("acme-", id, StringComparison.Ordinal);
        Assert.Equal(id, (await app.GetAsync("casts")).GetProperty("casts")[0].GetProperty("id").GetString());
        Assert.Equal(id, (await app.GetAsync("casts?account=acme")).GetProperty("casts")[0].GetProperty("id").GetString());
        app.Key = operators;
        Assert.Empty((await app.GetAsync("casts")).GetProperty("casts").EnumerateArray());
    }

    [Fact]
    public async Task Without_a_key_what_is_open_is_open_and_nothing_else()
    {
        await using GrimoireApp app = await GrimoireApp.StartWithKeysAsync(storage: null, output);
        JsonElement document = await app.GetAsync("openapi.json");
        app.Key = null;

        foreach (JsonProperty path in document.GetProperty("paths").EnumerateObject().Where(path => !path.Name.StartsWith("/webhooks", StringComparison.Ordinal)))
        {
            foreach (JsonProperty operation in path.Value.EnumerateObject())
            {
                using HttpResponseMessage response = await app.SendAsync(operation.Name.ToUpperInvariant(), path.Name.TrimStart('/'), operation.Name is "put" or "post" ? "{}" : null);

                bool isOpen = operation.Value.TryGetProperty("security", out _);
                Assert.Equal(isOpen ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, response.StatusCode);
                Assert.Equal(isOpen ? null : "Bearer", response.Headers.WwwAuthenticate.FirstOrDefault()?.ToString());
            }
        }
    }

    [Fact]
    public async Task An_app_without_keys_says_so_at_its_start_and_makes_none()
    {
        await using GrimoireApp app = await GrimoireApp.StartAsync(storage: null, output);

        await app.ExpectAsync(HttpStatusCode.OK, "GET", "casts?account=anybody");

        await app.Process.WaitForOutputAsync(line => line.Contains("Security:Keys is off", StringComparison.Ordinal));
        Assert.DoesNotContain("grm_", app.Process.Output, StringComparison.Ordinal);
        await app.RefusedAsync(HttpStatusCode.NotFound, "account.notFound", "GET", "keys");
    }
}
