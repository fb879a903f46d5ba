using Grimoire.Functions.Tests.Support;

namespace Grimoire.Functions.Tests.Storage;

public abstract partial class ObjectStoreContract
{
    /// <summary>No store takes them.</summary>
    static readonly string[] Refused =
    [
        "", "/", "/etc/passwd", "a/", "a//b", "//host/share", ".", "..", "../a", "a/..", "a/../b", "a/./b", "a/../../../etc/passwd", "./a",
        "a\\b", "..\\a", "C:\\Windows", "a\0b", "a\nb", "a\tb", "\u007f", "a.", "a./b", "a/b...", "~check", "~", "~a/b", "log~2", "a/log~17",
        "\uD800", "a\uDC00b", "\uFFFE", new('a', 1025), string.Concat(Enumerable.Repeat("a/", 512)) + "b",
    ];

    /// <summary>Every store takes them, keeps them apart, and gives them back from a listing.</summary>
    static readonly string[] Odd =
    [
        " ", " a", "a ", "a b", "A", "a", "AA", "Aa", "aA", "é", "e\u0301", "É", "ß", "ss", "☃", "🧙", "日本語/パス.txt", "con", "CON", "con.txt", "nul", "aux.json",
        "com1", "lpt9.log", "prn", "conin$", "a:b", "C:", "a*?\"<>|b", "%41", "%2e%2e/x", "+a", "a+b", "#frag", "a?b=c", "a&b", "'quoted'", ".hidden", "..hidden", ".lock", ".tmp/x",
        "...a", "-rf", "$(rm)", "`id`", "a~b", "a~2b", "a~", "x", "x/y", "x.y", "x.y/z", "x-y", "x!", "x.json", "x.json.meta.json", "x.json/below", "1.tmp", "desktop.ini", "Thumbs.db",
        new('n', 250), new string('n', 200), new string('n', 199), new string('n', 201) + "/" + new string('U', 300) + ".png", new string('ü', 256), new string('v', 1024),
        string.Join('/', Enumerable.Repeat("deep", 60)),
    ];

    [ContractFact]
    public async Task Names_that_lead_nowhere_or_out_of_the_store_are_refused_by_every_operation()
    {
        foreach (var name in Refused)
        {
            await IsRefused(() => Store.CreateAsync(name, Bytes("x"), None));
            await IsRefused(() => Store.ReplaceAsync(name, Bytes("x"), "v", None));
            await IsRefused(() => Store.ReadAsync(name, None));
            await IsRefused(() => Store.AppendAsync(name, Bytes("x\n"), None));
            await IsRefused(() => Store.ReadLogAsync(name, 0, None));
            await IsRefused(() => Store.DeleteAsync(name, None));
            await IsRefused(() => Store.UploadAsync(name, new MemoryStream(), "x/y", Whose, Limit, None));
            await IsRefused(() => Store.InspectAsync(name, None));
            await IsRefused(() => Store.DownloadAsync(name, 0, null, None));

            async Task IsRefused(Func<Task> operation)
            {
                var refusal = await Assert.ThrowsAsync<ArgumentException>(operation);
                Assert.Contains("no name for the storage", refusal.Message, StringComparison.Ordinal);
            }
        }

        Assert.Empty(await ListAsync(""));
    }

    [ContractFact]
    public async Task Prefixes_that_lead_out_of_the_store_are_refused()
    {
        foreach (var prefix in new[] { "../", "/", "a/../", "a//", "~", "a\\", "a\0" })
        {
            await Assert.ThrowsAsync<ArgumentException>(() => ListAsync(prefix));
        }
    }

    [ContractFact]
    public async Task Odd_names_are_kept_apart_and_listed_as_they_are()
    {
        foreach (var name in Odd)
        {
            Assert.True(await Store.CreateAsync(name, Bytes(name), None) is not null, $"'{name}' could not be created.");
        }

        foreach (var name in Odd)
        {
            Assert.Equal(name, Text((await Store.ReadAsync(name, None))!.Content));
        }

        Assert.Equal(Odd.Order(StringComparer.Ordinal), await ListAsync(""));
    }

    [ContractFact]
    public async Task Objects_logs_and_streams_of_odd_names_are_found_again()
    {
        foreach (var name in new[] { "con", "A/B c/Ü.png", "x.y/z", "a?b#c%20d" })
        {
            await Store.AppendAsync($"logs/{name}", Bytes(name + "\n"), None);
            await Store.UploadAsync($"streams/{name}", new MemoryStream(Bytes(name)), "x/y", Whose, Limit, None);

            Assert.Equal(name + "\n", Text(await Store.ReadLogAsync($"logs/{name}", 0, None)));
            Assert.Equal(name, Text(await DownloadAsync($"streams/{name}", 0, null)));
            await Store.DeleteAsync($"streams/{name}", None);
            Assert.Null(await Store.InspectAsync($"streams/{name}", None));
        }
    }

    [ContractFact]
    public async Task Names_are_listed_in_ordinal_order_below_a_prefix_and_after_a_name()
    {
        string[] names =
        [
            "casts/a-b", "casts/a.json", "casts/a/1", "casts/a/2/x", "casts/a/2/y", "casts/a/20", "casts/a0/1", "casts/B", "casts/b", "casts/c/Z", "casts/c/a",
            "spells/me/one/head.json", "spells/me/one/versions/000001.json", "spells/me/one/versions/000002.json", "spells/you/one/head.json", "tools/x.json",
        ];
        foreach (var name in names.Reverse())
        {
            await Store.CreateAsync(name, Bytes("{}"), None);
        }

        var sorted = names.Order(StringComparer.Ordinal).ToList();
        string[] prefixes = ["", "c", "casts", "casts/", "casts/a", "casts/a/", "casts/a/2", "casts/a/2/", "casts/c/a", "casts/c/a/", "spells/me/", "spells/me/o", "none/", "zzz"];
        string?[] afters = [null, .. sorted, "", "casts/", "casts/a", "casts/a/", "casts/a/2", "casts/a/2/xx", "casts/a1", "casts/~", "a", "spells", "spells/me/one/w", "zzzz"];
        foreach (var prefix in prefixes)
        {
            foreach (var after in afters)
            {
                var expected = sorted.Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(name, after) > 0);
                Assert.Equal(expected, await ListAsync(prefix, after));
            }
        }
    }

    [ContractFact]
    public async Task A_listing_shows_objects_logs_and_streams()
    {
        await Store.CreateAsync("c/manifest.json", Bytes("{}"), None);
        await Store.AppendAsync("c/journal.jsonl", Bytes("{}\n"), None);
        await Store.UploadAsync("c/artifacts/a.png", new MemoryStream(Bytes("png")), "image/png", Whose, Limit, None);

        Assert.Equal(["c/artifacts/a.png", "c/journal.jsonl", "c/manifest.json"], await ListAsync("c/"));
    }
}
