using Embedded.DurableTask.CrashHost;
using Embedded.DurableTask.Store;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.Extensions.DependencyInjection;

namespace Embedded.DurableTask.Tests.Crash;

/// <summary>Holds what a drained hub has in its file against what the crash host was promised.</summary>
internal sealed class Verdict(CrashedHub hub)
{
    readonly Dictionary<string, OrchestrationMetadata> _instances = [];
    readonly Dictionary<string, Outcome> _outcomes = [];
    readonly Dictionary<string, IReadOnlyList<string>> _tallies = [];

    public static async Task CheckAsync(CrashedHub hub)
    {
        var verdict = new Verdict(hub);
        verdict.FileIsSoundAndHasNothingLeftToDo();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddDurableTaskClient(client => client.UseEmbedded(options => options.File = hub.File));
        await using ServiceProvider provider = services.BuildServiceProvider();
        DurableTaskClient client = provider.GetRequiredService<DurableTaskClient>();
        await verdict.ReadAsync(client);
        verdict.InstancesHaveEndedAsTheyMust();
        verdict.EventsWereReceivedOnce();
        verdict.SignalsWereCountedOnce();
        verdict.LocksHeld();
        verdict.RecordedActivitiesDidNotRunAgain();
        verdict.NothingRefusedHappened();
        foreach (OrchestrationMetadata instance in verdict._instances.Values)
        {
            HistoryCheck.IsWhole(instance, await client.GetOrchestrationHistoryAsync(instance.InstanceId), verdict._outcomes[instance.InstanceId]);
        }
    }

    async Task ReadAsync(DurableTaskClient client)
    {
        await foreach (OrchestrationMetadata instance in client.GetAllInstancesAsync(new OrchestrationQuery { FetchInputsAndOutputs = true, PageSize = 1_000 }))
        {
            _instances.Add(instance.InstanceId, instance);
        }

        await foreach (EntityMetadata<List<string>> entity in client.Entities.GetAllEntitiesAsync<List<string>>())
        {
            _tallies.Add(entity.Id.Key, entity.State);
        }
    }

    void FileIsSoundAndHasNothingLeftToDo()
    {
        using (var file = SqliteConnection.Open(hub.File, readOnly: true))
        using (SqliteStatement check = file.Prepare("PRAGMA integrity_check"))
        {
            Assert.True(check.Step());
            Assert.Equal("ok", check.Text(0));
        }

        Assert.Equal(0, hub.Count("inbox"));
        Assert.Equal(0, hub.Count("timers"));
        Assert.Equal(0, hub.Count("instances WHERE busy"));
        Assert.Equal(0, hub.Count("history WHERE execution NOT IN (SELECT execution FROM instances)"));
        Assert.Equal(0, hub.Count("entities WHERE locked_by IS NOT NULL"));
    }

    void InstancesHaveEndedAsTheyMust()
    {
        foreach (string id in hub.Claims.Started.Keys)
        {
            Assert.True(_instances.ContainsKey(id), $"The start of '{id}' was acknowledged, and it does not exist.");
        }

        foreach (OrchestrationMetadata instance in _instances.Values)
        {
            Assert.True(
                instance.RuntimeStatus == OrchestrationRuntimeStatus.Completed,
                $"'{instance.InstanceId}' is {instance.RuntimeStatus}: {instance.FailureDetails}");
            Outcome outcome = instance.ReadOutputAs<Outcome>()!;
            _outcomes.Add(instance.InstanceId, outcome);
            if (hub.Claims.Started.TryGetValue(instance.InstanceId, out int size))
            {
                Assert.Equal((instance.InstanceId, Scenarios.Expected(instance.Name, size)), (instance.InstanceId, outcome.Value));
            }
        }
    }

    void EventsWereReceivedOnce()
    {
        foreach (OrchestrationMetadata instance in _instances.Values)
        {
            IReadOnlyList<int> events = _outcomes[instance.InstanceId].Events;
            Assert.True(events.Distinct().Count() == events.Count, $"'{instance.InstanceId}' received an event twice: {string.Join(' ', events)}");

            // They were raised one after the other.
            Assert.True(events.Order().SequenceEqual(events), $"'{instance.InstanceId}' received events in the wrong order: {string.Join(' ', events)}");
        }

        foreach ((string id, int number) in hub.Claims.Events)
        {
            Assert.True(_outcomes[id].Events.Contains(number), $"Event {number} of '{id}' was acknowledged, and not received.");
        }
    }

    void SignalsWereCountedOnce()
    {
        foreach ((string entity, IReadOnlyList<string> tokens) in _tallies)
        {
            string[] twice = [.. tokens.GroupBy(t => t).Where(g => g.Count() > 1).Select(g => g.Key)];
            Assert.True(twice.Length == 0, $"Entity '{entity}' counted twice: {string.Join(' ', twice)}");
        }

        Dictionary<string, HashSet<string>> tallies = _tallies.ToDictionary(t => t.Key, t => t.Value.ToHashSet());
        foreach ((string entity, string token) in hub.Claims.Signals)
        {
            Assert.True(
                tallies.TryGetValue(entity, out HashSet<string>? tokens) && tokens.Contains(token),
                $"Signal {token} of '{entity}' was acknowledged, and not counted.");
        }

        foreach (OrchestrationMetadata instance in _instances.Values.Where(i => i.Name == "Entities"))
        {
            for (int i = 0; i < _outcomes[instance.InstanceId].Value; i++)
            {
                HashSet<string> tokens = tallies[Scenarios.TallyOf(instance.InstanceId, $"calls{i % 2}").Key];
                Assert.Contains($"{instance.InstanceId}/signal{i}", tokens);
                Assert.Contains($"{instance.InstanceId}/call{i}", tokens);
            }
        }
    }

    /// <summary>Two entities that are only changed together have changed in the same order.</summary>
    void LocksHeld()
    {
        foreach (IGrouping<string, OrchestrationMetadata> run in _instances.Values.Where(i => i.Name == "Locks").GroupBy(i => Scenarios.RunOf(i.InstanceId)))
        {
            Assert.Equal(_tallies[$"{run.Key}-left"], _tallies[$"{run.Key}-right"]);
            Assert.Equal(run.Select(i => i.InstanceId).Order(StringComparer.Ordinal), _tallies[$"{run.Key}-left"].Order(StringComparer.Ordinal));
        }
    }

    /// <summary>The run of an activity whose result went into the orchestration is the last one that there was.</summary>
    void RecordedActivitiesDidNotRunAgain()
    {
        Dictionary<string, string> recorded = [];
        foreach (string token in _outcomes.Where(o => _instances[o.Key].Name != "Parent").SelectMany(o => o.Value.Tokens))
        {
            Assert.True(recorded.TryAdd(KeyOf(token), token), $"Activity {KeyOf(token)} has two results.");
        }

        Dictionary<string, string> last = [];
        foreach (string token in File.ReadLines(hub.SideEffects))
        {
            last[KeyOf(token)] = token;
        }

        foreach ((string key, string token) in recorded)
        {
            Assert.True(
                last.TryGetValue(key, out string? ran) && ran == token,
                $"The result of {token} was recorded, and the activity ran again: {ran}.");
        }

        foreach (string key in last.Keys)
        {
            Assert.True(recorded.ContainsKey(key), $"Activity {key} ran, and nothing came of it.");
        }
    }

    void NothingRefusedHappened()
    {
        foreach (string[] words in hub.Claims.Refused.Select(line => line.Split(' ')))
        {
            switch (words[1])
            {
                case Reports.Start:
                    Assert.False(_instances.ContainsKey(words[2]), $"The start of '{words[2]}' was refused, and it exists.");
                    break;
                case Reports.Event:
                    Assert.DoesNotContain(int.Parse(words[3], System.Globalization.CultureInfo.InvariantCulture), _outcomes[words[2]].Events);
                    break;
                case Reports.Signal:
                    Assert.DoesNotContain(words[3], _tallies.GetValueOrDefault(words[2], []));
                    break;
                default:
                    break;
            }
        }
    }

    static string KeyOf(string token) => token[..token.LastIndexOf('#')];
}
