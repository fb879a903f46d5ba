using System.Text.Json.Nodes;
using Grimoire.Functions.Tests.Activities;
using Grimoire.Functions.Tests.Support;
using Grimoire.Functions.Webhooks;

namespace Grimoire.Functions.Tests.Webhooks;

/// <summary>A callback that names a job, and the attempt that has started that job, find each other, whoever comes first.</summary>
[Trait("Row", "SP26")]
[Trait("Row", "UX07")]
public sealed class RunIdsTests
{
    readonly FaultyObjects _objects = new();
    readonly RunIds _runs;

    public RunIdsTests() => _runs = new RunIds(_objects);

    [Fact]
    public async Task A_callback_after_the_start_is_known_by_the_id()
    {
        Assert.Empty(await RegisterAsync());

        Assert.Equal(World.Key(), await _runs.FindAsync("acme", "tool", "r/1", default));
        Assert.Equal(World.Key(), await KeepAsync("m1"));
    }

    [Fact]
    public async Task A_callback_before_the_start_is_kept_until_the_attempt_comes()
    {
        Assert.Null(await KeepAsync("m1"));
        Assert.Null(await KeepAsync("m1"));
        Assert.Null(await KeepAsync("m2"));

        Assert.Equal(["m1", "m2"], (await RegisterAsync()).Select(message => message.Id).Order());
        Assert.Equal(["m1", "m2"], (await RegisterAsync()).Select(message => message.Id).Order());
    }

    /// <summary>Both write before they look, so at least one sees the other, wherever one of them is stopped.</summary>
    [Theory]
    [InlineData("early/*", nameof(StoreOperation.Create), nameof(FaultMoment.Before))]
    [InlineData("early/*", nameof(StoreOperation.Create), nameof(FaultMoment.After))]
    [InlineData("jobs/*", nameof(StoreOperation.Read), nameof(FaultMoment.Before))]
    [InlineData("jobs/*", nameof(StoreOperation.Read), nameof(FaultMoment.After))]
    public async Task A_callback_that_is_stopped_anywhere_is_seen_by_one_of_the_two(string pattern, string operation, string moment)
    {
        Task<Casts.AttemptKey?> keeping;
        IReadOnlyList<EarlyMessage> found;
        using (var held = _objects.Hold(pattern, Enum.Parse<StoreOperation>(operation), Enum.Parse<FaultMoment>(moment)))
        {
            keeping = KeepAsync("m1");
            await held.Reached;
            found = await RegisterAsync();
        }

        Assert.True(await keeping == World.Key() || found.Count == 1);
    }

    [Theory]
    [InlineData("jobs/*", nameof(StoreOperation.Create), nameof(FaultMoment.Before))]
    [InlineData("jobs/*", nameof(StoreOperation.Create), nameof(FaultMoment.After))]
    [InlineData("early/*", nameof(StoreOperation.List), nameof(FaultMoment.Before))]
    public async Task A_start_that_is_stopped_anywhere_sees_the_callback_or_is_seen_by_it(string pattern, string operation, string moment)
    {
        Task<IReadOnlyList<EarlyMessage>> registering;
        Casts.AttemptKey? found;
        using (var held = _objects.Hold(pattern, Enum.Parse<StoreOperation>(operation), Enum.Parse<FaultMoment>(moment)))
        {
            registering = RegisterAsync();
            await held.Reached;
            found = await KeepAsync("m1");
        }

        Assert.True(found == World.Key() || (await registering).Count == 1);
    }

    [Theory]
    [InlineData("other", "tool", "r/1")]
    [InlineData("acme", "another", "r/1")]
    [InlineData("acme", "tool", "r/2")]
    [InlineData("acme", "tool", "R/1")]
    public async Task The_same_id_elsewhere_is_another_one(string account, string tool, string runId)
    {
        await RegisterAsync();

        Assert.Null(await _runs.FindAsync(account, tool, runId, default));
        Assert.Null(await _runs.KeepAsync(account, tool, runId, Message("m1"), default));
        Assert.Empty(await RegisterAsync());
    }

    [Theory]
    [InlineData("../../casts/x")]
    [InlineData("ä/\\?#*")]
    [InlineData(" ")]
    public async Task Whatever_a_provider_calls_its_jobs_is_a_name_that_storage_takes(string runId)
    {
        Assert.Null(await _runs.KeepAsync("acme", "tool", runId, Message(runId), default));
        Assert.Single(await _runs.RegisterAsync("acme", "tool", runId, World.Key(), default));

        Assert.All(_objects.Calls, call => Assert.Matches("^(jobs|early)/acme/tool/[0-9a-f]{32}[.]([0-9a-f]{32}[.])?(json)?$", call.Name));
    }

    Task<IReadOnlyList<EarlyMessage>> RegisterAsync() => _runs.RegisterAsync("acme", "tool", "r/1", World.Key(), default);

    Task<Casts.AttemptKey?> KeepAsync(string id) => _runs.KeepAsync("acme", "tool", "r/1", Message(id), default);

    static EarlyMessage Message(string id) => new(id, DateTimeOffset.UnixEpoch, new JsonObject { ["body"] = null });
}
