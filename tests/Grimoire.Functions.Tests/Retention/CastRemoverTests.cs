using Grimoire.Casts;
using Grimoire.Functions.Casting;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Activities;
using Grimoire.Functions.Tests.Http.Support;
using Grimoire.Functions.Tests.Support;
using Grimoire.Functions.Webhooks;
using Microsoft.DurableTask.Client;
using Moq;

namespace Grimoire.Functions.Tests.Retention;

/// <summary>A cast is there as a whole, or gone, wherever its removal breaks off; and then it is gone on with.</summary>
public sealed class CastRemoverTests
{
    static readonly string Child = CastIds.Child(World.Key());

    [Theory]
    [InlineData($"casts/{World.Cast}/manifest.json")]
    [InlineData("*/artifacts/*")]
    [InlineData($"casts/{World.Cast}/attempts/*")]
    [InlineData("*/journal.jsonl")]
    [InlineData("*/outputs/-cast.json")]
    [InlineData("*/outputs/-caught-one.json")]
    [InlineData("*/result.json")]
    [InlineData("*~*/manifest.json")]
    [InlineData("*~*/attempts/*")]
    public async Task Broken_off_at_any_deletion_it_has_left_the_cast_whole_or_gone(string name)
    {
        var world = await FilledAsync();
        var whole = await world.NamesAsync("casts/");
        var client = Client();
        using (var fault = world.Faults.Fail(name, StoreOperation.Delete))
        {
            await Assert.ThrowsAsync<StorageException>(() => Remover(world).RemoveAsync(client.Object, World.Cast, default));
            Assert.Equal(1, fault.Hits);
        }

        var left = await world.NamesAsync("casts/");
        Assert.True(left.SequenceEqual(whole) || !left.Contains(CastObjects.Manifest(World.Cast)), $"There were {string.Join(", ", left)}");
        client.Verify(engine => engine.PurgeInstanceAsync(World.Cast, It.IsAny<PurgeInstanceOptions?>(), It.IsAny<CancellationToken>()), Times.Once);

        await Remover(world).RemoveAsync(client.Object, World.Cast, default);

        Assert.Empty(await world.NamesAsync("casts/"));
        Assert.Empty(await world.NamesAsync("deadletters/"));
    }

    static CastRemover Remover(World world)
    {
        var (casts, journal) = (new CastStore(world.Faults), new Journal(world.Faults));
        var letters = new DeadLetters(new DeadLetterStore(world.Faults), journal, world.Time);
        return new CastRemover(casts, new AttemptStore(world.Faults), new IdempotencyClaims(world.Faults), letters, new RunIds(world.Faults), world.Faults);
    }

    static Mock<DurableTaskClient> Client()
    {
        var client = Instances.Client(Instances.Of(OrchestrationRuntimeStatus.Failed, id: World.Cast));
        client.Setup(engine => engine.PurgeInstanceAsync(It.IsAny<string>(), It.IsAny<PurgeInstanceOptions?>(), It.IsAny<CancellationToken>())).ReturnsAsync(new PurgeResult(1));
        return client;
    }

    static async Task<World> FilledAsync()
    {
        var world = await World.WithToolAsync();
        foreach (var name in (string[])[
            CastObjects.Artifact(World.Cast, "a.png"), CastObjects.Attempt(World.Key()), CastObjects.Caught(World.Cast, "one"), CastObjects.CastOutput(World.Cast),
            CastObjects.Manifest(Child), CastObjects.Attempt(new AttemptKey(Child, "x", null, 1))])
        {
            await world.Disk.CreateAsync(name, name.Contains("manifest", StringComparison.Ordinal) ? CastStore.Bytes(world.Manifest with { CastId = Child }) : "{}"u8.ToArray(), default);
        }

        await world.NewWorker().FinishCast.EndAsync(new CastEnd(World.Cast, CastStatus.Failed, 0), default);
        world.Faults.ClearCalls();
        return world;
    }
}
