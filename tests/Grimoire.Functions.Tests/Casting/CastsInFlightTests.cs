using Grimoire.Casts;
using Grimoire.Functions.Casting;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Tests.Http.Support;
using Grimoire.Functions.Tests.Tools.Support;
using Microsoft.DurableTask.Client;
using Moq;

namespace Grimoire.Functions.Tests.Casting;

/// <summary>Never more casts of an account than may be, and a place is free as soon as one has ended.</summary>
[Trait("Row", "KZ18")]
public sealed class CastsInFlightTests
{
    static readonly CancellationToken None = CancellationToken.None;

    const string Piece = "acme.piece-0000000000000000002~000007-1";

    readonly ManualTime _time = new();
    readonly CastsInFlight _casts;
    readonly List<OrchestrationMetadata> _engine = [];
    readonly Mock<DurableTaskClient> _client = new("test");
    int _looks;

    public CastsInFlightTests()
    {
        _casts = new CastsInFlight(_time);
        _client.Setup(client => client.GetAllInstancesAsync(It.IsAny<OrchestrationQuery?>())).Returns((OrchestrationQuery? query) =>
        {
            _looks++;
            lock (_engine)
            {
                return Instances.Pages(query!, [.. _engine]);
            }
        });
    }

    [Fact]
    public async Task Sub_casts_and_what_looks_after_casts_take_no_place_but_pieces_do()
    {
        Run(Id(1));
        Run(Id(1) + "~step.1");
        Run(Id(1) + "~notify-0", nameof(NotifyOfCast));
        Run(Piece);
        Run(Piece + "~step.1");
        Run("acme2-0000000000000000001");

        Assert.Null(await EnterAsync(Id(3), most: 2));
        Assert.NotNull(await EnterAsync(Id(3), most: 3));
    }

    [Fact]
    public async Task Of_many_at_once_exactly_as_many_get_in()
    {
        var places = await Task.WhenAll(Enumerable.Range(0, 64).Select(n => Task.Run(() => EnterAsync(Id(n), most: 10))));

        Assert.Equal(10, places.Count(place => place is not null));
    }

    [Fact]
    public async Task A_place_is_free_again_when_its_cast_has_ended_or_was_not_started_after_all()
    {
        using (Assert.IsType<CastPlace>(await EnterAsync(Id(1), most: 1)))
        {
            Assert.Null(await EnterAsync(Id(2), most: 1));
        }

        var place = Assert.IsType<CastPlace>(await EnterAsync(Id(2), most: 1));
        Run(Id(2));
        place.Start();
        place.Dispose();
        Assert.Null(await EnterAsync(Id(3), most: 1));

        // The engine has not come to end it yet.
        _casts.Ended(Id(2));
        Assert.NotNull(await EnterAsync(Id(3), most: 1));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(await EnterAsync(Id(4), most: 1));
    }

    [Fact]
    public async Task What_other_processes_do_is_seen_within_a_second_and_at_once_before_somebody_is_refused()
    {
        Assert.NotNull(await EnterAsync(Id(1), most: 2));
        Run(Id(8));
        Run(Id(9));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await EnterAsync(Id(2), most: 2));
        _engine.Clear();
        _time.Advance(TimeSpan.FromMilliseconds(50));

        Assert.NotNull(await EnterAsync(Id(2), most: 2));
    }

    [Fact]
    public async Task Many_who_are_refused_do_not_make_it_look_each_time()
    {
        Run(Id(1));
        for (var i = 2; i < 100; i++)
        {
            Assert.Null(await EnterAsync(Id(i), most: 1));
        }

        // For casts, and for pieces of cooks.
        Assert.Equal(2, _looks);
    }

    [Fact]
    public async Task A_cast_that_is_in_flight_has_its_place_already()
    {
        Run(Id(1));

        Assert.Same(CastPlace.Anywhere, await EnterAsync(Id(1), most: 1));
    }

    [Fact]
    public async Task A_cast_that_this_process_has_started_counts_until_the_engine_does_not_know_it_any_more()
    {
        var place = Assert.IsType<CastPlace>(await EnterAsync(Id(1), most: 1));
        place.Start();
        Assert.Null(await EnterAsync(Id(2), most: 1));

        // Another process has ended it.
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull(await EnterAsync(Id(2), most: 1));
    }

    Task<CastPlace?> EnterAsync(string castId, int most) => _casts.EnterAsync(_client.Object, "acme", castId, most, None);

    void Run(string id, string name = nameof(CastSpell))
    {
        lock (_engine)
        {
            _engine.Add(Instances.Of(OrchestrationRuntimeStatus.Running, id: id, name: name));
        }
    }

    static string Id(int n) => $"{CastIds.Prefix("acme")}{n:D19}";
}
