using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Engine.History;
using Embedded.DurableTask.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Embedded.DurableTask.Tests.Core;

/// <summary>Which actors stay in memory: the most recently used ones, compared with a plain list.</summary>
public sealed class LiveSetTests : IDisposable
{
    const int Limit = 4;

    readonly string _folder = Directory.CreateTempSubdirectory("embedded-").FullName;
    readonly EmbeddedTaskHub _hub;
    readonly Dispatcher _dispatcher;

    public LiveSetTests()
    {
        var time = new TestClock();
        _hub = new EmbeddedTaskHub(new EmbeddedOptions { File = Path.Combine(_folder, "hub.db") }, time);
        var worker = new Engine.Worker(
            new DurableTaskFactory(new Microsoft.DurableTask.DurableTaskRegistry()),
            new DurableTaskWorkerOptions(),
            null,
            null,
            null,
            new ServiceCollection().BuildServiceProvider(),
            NullLoggerFactory.Instance,
            1024);
        _dispatcher = new Dispatcher(_hub, worker, Limit, time);
    }

    public void Dispose()
    {
        _dispatcher.Dispose();
        _hub.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void The_least_recently_used_leaves_first()
    {
        var set = new LiveSet(2);
        Sleeper a = Actor("a"), b = Actor("b"), c = Actor("c");

        set.Touch(a);
        set.Touch(b);
        set.Touch(a);
        set.Touch(c);

        Assert.Equal((2, true, false, true), (set.Count, a.Post(null), b.Post(null), c.Post(null)));
    }

    [Fact]
    public void One_that_is_at_work_stays_in_memory_and_comes_back_when_it_is_done()
    {
        var set = new LiveSet(1);
        Sleeper a = Actor("a"), b = Actor("b");
        set.Touch(a);
        a.Post(null, onThisThread: true);

        set.Touch(b);

        Assert.True(a.Post(null));
        Assert.Equal(1, set.Count);
    }

    [Fact]
    public void Any_sequence_of_uses_keeps_what_a_plain_list_keeps()
    {
        Gen<int[]> uses = Gen.Choose(-12, 12).ArrayOf();
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(uses.ToArbitrary(), KeepsWhatAListKeeps));
    }

    /// <summary>0 clears the set, n uses actor n, -n removes it.</summary>
    bool KeepsWhatAListKeeps(int[] uses)
    {
        var set = new LiveSet(Limit);
        var actors = new Dictionary<int, Sleeper>();
        var model = new List<int>();
        foreach (int use in uses)
        {
            int n = Math.Abs(use);
            if (use == 0)
            {
                set.Clear();
                Leave(model.ToArray());
            }
            else if (use < 0)
            {
                if (actors.TryGetValue(n, out Sleeper? removed))
                {
                    set.Remove(removed);
                    model.Remove(n);
                    actors.Remove(n);
                }
            }
            else
            {
                actors.TryAdd(n, Actor($"a{n}"));
                set.Touch(actors[n]);
                model.Remove(n);
                model.Add(n);
                if (model.Count > Limit)
                {
                    Leave(model[0]);
                }
            }

            if (set.Count != model.Count)
            {
                return false;
            }
        }

        return actors.Where(a => !model.Contains(a.Key)).All(a => !a.Value.Post(null)) && model.TrueForAll(n => actors[n].Post(null));

        void Leave(params int[] who)
        {
            foreach (int n in who)
            {
                model.Remove(n);
                if (actors[n].Post(null))
                {
                    throw new InvalidOperationException($"Actor {n} should have left.");
                }

                actors.Remove(n);
            }
        }
    }

    Sleeper Actor(string id) => new(_dispatcher, id);

    /// <summary>Begins its first work and never ends it.</summary>
    sealed class Sleeper(Dispatcher dispatcher, string id) : Actor(dispatcher, id)
    {
        protected override void Work(List<Message> messages, bool readInbox)
        {
        }

        protected override void Forget()
        {
        }

        protected override void ReportRetry(Exception reason, TimeSpan delay)
        {
        }
    }
}
