using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Functions.Casting;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Activities;
using Grimoire.Functions.Tests.Support;
using Grimoire.Spells;

namespace Grimoire.Functions.Tests.Casting;

/// <summary>One request is one cast, whatever breaks between its parts; a request that is wrong is refused before anything is stored.</summary>
public sealed class CastStarterTests
{
    readonly Starting _world = new();

    [Fact]
    [Trait("Row", "KZ11")]
    public async Task The_same_request_with_the_same_key_is_the_same_cast()
    {
        var first = await _world.NewStarter().StartAsync(_world.Client.Object, Request("k1"), default);
        var second = await _world.NewStarter().StartAsync(_world.Client.Object, Request("k1"), default);
        var other = await _world.NewStarter().StartAsync(_world.Client.Object, Request("k2"), default);
        var foreign = await _world.NewStarter().StartAsync(_world.Client.Object, Request("k1") with { Account = "other" }, default);

        Assert.Equal((true, false, first.CastId), (first.IsNew, second.IsNew, second.CastId));
        Assert.True(other.IsNew && other.CastId != first.CastId);
        Assert.True(foreign.IsNew && foreign.CastId != first.CastId);
        Assert.Equal([first.CastId!, other.CastId!, foreign.CastId!], _world.Scheduled);
    }

    [Fact]
    [Trait("Row", "KZ11")]
    public async Task Another_request_with_the_same_key_is_refused()
    {
        var first = await _world.NewStarter().StartAsync(_world.Client.Object, Request("k1"), default);

        var second = await _world.NewStarter().StartAsync(_world.Client.Object, Request("k1") with { Fingerprint = "another" }, default);

        Assert.Equal((null, RefusalKind.Conflict, "idempotencyKey.reused"), (second.CastId, second.Refusal!.Kind, second.Refusal.Code));
        Assert.Contains(first.CastId!, second.Refusal.Message, StringComparison.Ordinal);
        Assert.Single(_world.Scheduled);
    }

    [Fact]
    [Trait("Row", "KZ11")]
    public async Task A_key_whose_cast_has_been_deleted_says_so_and_starts_nothing()
    {
        var first = await _world.NewStarter().StartAsync(_world.Client.Object, Request("k1"), default);
        var manifest = await _world.ManifestAsync(first);
        await new IdempotencyClaims(_world.Objects).MarkDeletedAsync("acme", manifest.IdempotencyKey!, first.CastId!, default);
        await new CastStore(_world.Objects).DeleteAsync(first.CastId!, default);

        var late = await _world.NewStarter().StartAsync(_world.Client.Object, Request("k1"), default);
        var another = await _world.NewStarter().StartAsync(_world.Client.Object, Request("k1") with { Fingerprint = "another" }, default);
        var fresh = await _world.NewStarter().StartAsync(_world.Client.Object, Request("k2"), default);

        Assert.Equal((null, RefusalKind.State, "cast.deleted"), (late.CastId, late.Refusal!.Kind, late.Refusal.Code));
        Assert.Contains(first.CastId!, late.Refusal.Message, StringComparison.Ordinal);
        Assert.Equal("idempotencyKey.reused", another.Refusal?.Code);
        Assert.Equal([first.CastId!, fresh.CastId!], _world.Scheduled);
    }

    [Theory]
    [InlineData("idempotency/*", nameof(StoreOperation.Create), false)]
    [InlineData("idempotency/*", nameof(StoreOperation.Create), true)]
    [InlineData("*manifest.json", nameof(StoreOperation.Create), false)]
    [InlineData("*manifest.json", nameof(StoreOperation.Create), true)]
    [InlineData("idempotency/*", nameof(StoreOperation.Read), true)]
    [Trait("Row", "KZ11")]
    public async Task A_start_that_storage_breaks_off_is_completed_by_the_next_with_its_key(string name, string operation, bool after)
    {
        using (_world.Objects.Fail(name, Enum.Parse<StoreOperation>(operation), moment: after ? FaultMoment.After : FaultMoment.Before))
        {
            await Assert.ThrowsAsync<StorageException>(() => _world.NewStarter().StartAsync(_world.Client.Object, Request("k1"), default));
        }

        Assert.Empty(_world.Scheduled);
        var started = await _world.NewStarter().StartAsync(_world.Client.Object, Request("k1"), default);
        var again = await _world.NewStarter().StartAsync(_world.Client.Object, Request("k1"), default);

        Assert.True(started.IsNew);
        Assert.Equal((false, started.CastId), (again.IsNew, again.CastId));
        Assert.Equal([started.CastId!], _world.Scheduled);
        Assert.Single(_world.Disk.Names, stored => stored.EndsWith("/manifest.json", StringComparison.Ordinal));
        Assert.NotNull(await new CastStore(_world.Disk).FindAsync(started.CastId!, default));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Row", "KZ11")]
    public async Task A_start_that_breaks_off_at_the_schedule_is_completed_by_the_next_with_its_key(bool wasScheduled)
    {
        _world.OnSchedule = castId =>
        {
            if (wasScheduled)
            {
                _world.Scheduled.Add(castId);
            }

            throw new InvalidOperationException("The task hub is away.");
        };
        await Assert.ThrowsAsync<InvalidOperationException>(() => _world.NewStarter().StartAsync(_world.Client.Object, Request("k1"), default));
        _world.OnSchedule = null;

        // What was changed meanwhile does not touch it: it is pinned.
        await _world.Spells.SaveAsync("acme", "cover", Starting.Cover("changed"), default);
        var started = await _world.NewStarter().StartAsync(_world.Client.Object, Request("k1"), default);

        Assert.Equal(!wasScheduled, started.IsNew);
        Assert.Equal([started.CastId!], _world.Scheduled);
        Assert.Null((await _world.ManifestAsync(started)).Spell.Name);
    }

    [Fact]
    [Trait("Row", "KZ11")]
    [Trait("Row", "SP22")]
    public async Task Requests_at_once_with_one_key_are_one_cast()
    {
        for (var round = 0; round < 30; round++)
        {
            var key = $"k{round}";
            _world.Scheduled.Clear();

            var started = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => _world.NewStarter().StartAsync(_world.Client.Object, Request(key), default))));

            var id = Assert.Single(started.Select(start => start.CastId).Distinct());
            Assert.Single(started, start => start.IsNew);
            Assert.Equal([id!], _world.Scheduled);
            Assert.Equal(id, (await _world.ManifestAsync(started[0])).CastId);
        }
    }

    [Fact]
    public async Task The_manifest_is_there_before_the_orchestration_starts()
    {
        CastManifest? seen = null;
        _world.OnSchedule = castId => seen = new CastStore(_world.Disk).FindAsync(castId, default).GetAwaiter().GetResult();

        var started = await _world.NewStarter().StartAsync(_world.Client.Object, Request(null), default);

        Assert.Equal(started.CastId, seen?.CastId);
        Assert.Equal("acme", CastIds.AccountOf(started.CastId!));
    }

    [Theory]
    [InlineData("none", null, "There is no spell 'none'.")]
    [InlineData("cover", 7, "There is no spell 'cover' with a version 7.")]
    public async Task A_spell_that_there_is_not_is_named(string slug, int? version, string message)
    {
        var started = await _world.NewStarter().StartAsync(_world.Client.Object, Request("k1") with { Slug = slug, Version = version }, default);

        Assert.Equal((RefusalKind.NotFound, "spell.notFound", message), (started.Refusal!.Kind, started.Refusal.Code, started.Refusal.Message));
        Assert.DoesNotContain(_world.Disk.Names, name => name.StartsWith("casts/", StringComparison.Ordinal) || name.StartsWith("idempotency/", StringComparison.Ordinal));
        Assert.Empty(_world.Scheduled);
    }

    [Fact]
    [Trait("Row", "UX01")]
    public async Task Inputs_that_do_not_fit_are_all_named_with_pointers()
    {
        var inputs = Json.Object("""{ "artist": 7, "hd": "yes" }""");

        var started = await _world.NewStarter().StartAsync(_world.Client.Object, Request("k1") with { Inputs = inputs }, default);

        Assert.Equal((RefusalKind.Invalid, "inputs.invalid"), (started.Refusal!.Kind, started.Refusal.Code));
        Assert.Equal(["/inputs/artist", "/inputs/hd"], started.Refusal.Errors!.Select(error => error.Pointer).Order());
        Assert.Empty(_world.Scheduled);
    }

    [Fact]
    [Trait("Row", "SP15")]
    public async Task A_tool_that_has_gone_since_the_spell_was_saved_is_found_out_before_anything_is_stored()
    {
        await _world.Tools.DeleteAsync("acme", "draw", default);
        _world.Time.Advance(TimeSpan.FromMinutes(1));

        var started = await _world.NewStarter().StartAsync(_world.Client.Object, Request("k1"), default);

        Assert.Equal("spell.invalid", started.Refusal?.Code);
        Assert.Contains(started.Refusal!.Errors!, error => error.Code == "tool.unknown" && error.Pointer == "/steps/0/tool" && error.Message.Contains("draw", StringComparison.Ordinal));
        Assert.DoesNotContain(_world.Disk.Names, name => name.StartsWith("casts/", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Row", "SP15")]
    public async Task A_tool_that_only_a_sub_spell_needs_is_found_out_too()
    {
        await _world.Spells.SaveAsync("acme", "outer", Json.Object("""{ "slug": "outer", "steps": [ { "id": "one", "spell": "cover", "with": { "artist": "x" } } ] }"""), default);
        await _world.Tools.DeleteAsync("acme", "draw", default);

        var started = await _world.NewStarter().StartAsync(_world.Client.Object, Request(null) with { Slug = "outer", Inputs = [] }, default);

        Assert.Contains(started.Refusal!.Errors!, error => error.Code == "tool.unknown" && error.Message.Contains("draw", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Row", "UX04")]
    public async Task What_a_cast_needs_is_pinned()
    {
        await _world.Spells.SaveAsync("acme", "outer", Json.Object("""{ "slug": "outer", "steps": [ { "id": "one", "spell": "cover@1", "with": { "artist": "x" } } ] }"""), default);
        var started = await _world.NewStarter().StartAsync(_world.Client.Object, Request(null) with { Slug = "outer", Inputs = [] }, default);

        await _world.Tools.SaveAsync("acme", "draw", Starting.Draw("changed"), default);
        await _world.Spells.SaveAsync("acme", "cover", Starting.Cover("changed"), default);
        await _world.Spells.DeleteAsync("acme", "outer", default);

        var manifest = await _world.ManifestAsync(started);
        Assert.Equal((1, "outer"), (manifest.SpellVersion, manifest.Spell.Slug));
        Assert.Null(manifest.Spells["cover@1"].Name);
        Assert.Equal("as it was", manifest.Tools["draw"].Description);
    }

    [Fact]
    public async Task Defaults_are_filled_in()
    {
        var started = await _world.NewStarter().StartAsync(_world.Client.Object, Request(null), default);

        Assert.Equal("""{"artist":"Nina","hd":false}""", (await _world.ManifestAsync(started)).Inputs.ToJsonString());
    }

    [Theory]
    [InlineData(null, 1.5)]
    [InlineData(1.0, 1.0)]
    [InlineData(9.0, 1.5)]
    [Trait("Row", "UX06")]
    public async Task A_request_may_spend_less_than_its_spell_but_not_more(double? asked, double becomes)
    {
        var started = await _world.NewStarter().StartAsync(_world.Client.Object, Request(null) with { BudgetUsd = (decimal?)asked }, default);

        Assert.Equal((decimal)becomes, (await _world.ManifestAsync(started)).BudgetUsd);
    }

    [Fact]
    public async Task A_spell_that_came_with_the_request_has_no_version_and_is_checked_too()
    {
        var spell = new Spell { Slug = "inline", Steps = [new Step { Id = "one", Tool = "drow" }] };
        var wrong = await _world.NewStarter().StartAsync(_world.Client.Object, Request(null) with { Slug = null, Spell = spell }, default);
        Assert.Contains(wrong.Refusal!.Errors!, error => error.Code == "tool.unknown");

        var right = await _world.NewStarter().StartAsync(
            _world.Client.Object, Request(null) with { Slug = null, Spell = spell with { Steps = [new Step { Id = "one", Tool = "draw" }] } }, default);

        Assert.Null((await _world.ManifestAsync(right)).SpellVersion);
    }

    static CastRequest Request(string? key) => new()
    {
        Account = "acme",
        Slug = "cover",
        Inputs = new JsonObject { ["artist"] = "Nina" },
        IdempotencyKey = key,
        Fingerprint = "the same",
    };
}
