using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Grimoire.Casts;
using Grimoire.Cooks;
using Grimoire.Functions.Http;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Support;
using Moq;

namespace Grimoire.Functions.Tests.Http;

/// <summary>Whoever asks for events gets those that he would get if all of the journal were read anew, and little of it is read.</summary>
[Trait("Row", "UX10")]
public sealed class EventIndexesTests
{
    const string Id = "main.cook-0123456789abcdefghj";

    static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Two readers of one journal, of which one is not told of everything, and in other words.</summary>
    static readonly Func<CastEvent, CastEvent?> All = e => e;
    static readonly Func<CastEvent, CastEvent?> Some = e => e.Type == "left.out" ? null : e with { Type = $"my.{e.Type}" };

    readonly FaultyObjects _objects = new();
    readonly EventIndexes _indexes;
    int _written;

    public EventIndexesTests() => _indexes = new EventIndexes(new Journal(_objects));

    [Fact]
    public async Task An_event_has_the_number_of_the_place_at_which_it_was_first_written()
    {
        await AppendAsync("a", "b", "a");
        Assert.Equal("1a 2b", await ReadAsync());

        await AppendAsync("b", "c", "c", "a", "d");

        Assert.Equal("3c 4d", await ReadAsync(after: 2));
        Assert.Equal("1a 2b 3c 4d", await ReadAsync());
        Assert.Equal("4d", await ReadAsync(after: 3));
        Assert.Equal("", await ReadAsync(after: 4));
        Assert.Equal("", await ReadAsync(after: int.MaxValue));
    }

    [Fact]
    public async Task A_page_has_so_many_events_and_tells_whether_there_are_more()
    {
        await AppendAsync("a", "b", "b", "c", "d");

        Assert.Equal("1a 2b ...", await ReadAsync(limit: 2));
        Assert.Equal("2b 3c ...", await ReadAsync(after: 1, limit: 2));
        Assert.Equal("3c 4d", await ReadAsync(after: 2, limit: 2));
        Assert.Equal("4d", await ReadAsync(after: 3, limit: 2));
    }

    [Fact]
    public async Task Readers_who_are_not_told_of_the_same_events_each_have_their_own_numbers()
    {
        await WriteAsync(Event("a", "left.out"), Event("b"));
        Assert.Equal("1b", await ReadAsync(translate: Some));

        // What was left out first is left out for good.
        await WriteAsync(Event("a"), Event("c", "left.out"), Event("d"));

        Assert.Equal("2d", await ReadAsync(after: 1, translate: Some));
        Assert.Equal("2b 3c 4d", await ReadAsync(after: 1));
        Assert.Equal("my.step.started", (await _indexes.ReadAsync(Id, Some, 0, 1, default)).Events.Single().Event.Type);
    }

    [Theory]
    [InlineData("{\"id\":\"torn\",\"ty")]
    [InlineData("")]
    public async Task A_line_that_a_crash_has_left_half_written_has_no_number(string damaged)
    {
        await AppendAsync("a");
        Assert.Equal("1a", await ReadAsync());
        await _objects.AppendAsync(CastObjects.Journal(Id), Encoding.UTF8.GetBytes(damaged + "\n"), default);
        Assert.Equal("", await ReadAsync(after: 1));

        await AppendAsync("b");

        Assert.Equal("2b", await ReadAsync(after: 1));
        Assert.Equal("1a 2b", await ReadAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("x y z u v w")]
    [InlineData("b a c")]
    [InlineData("a a c")]
    public async Task A_journal_that_was_deleted_and_begun_anew_is_numbered_anew(string anew)
    {
        await AppendAsync("a", "b", "c");
        await ReadAsync();
        await ReadAsync(translate: Some);
        await _objects.DeleteAsync(CastObjects.Journal(Id), default);
        string[] written = anew.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        await AppendAsync(written);

        var expected = written.Distinct().Select((id, i) => $"{i + 1}{id}").ToList();
        Assert.Equal(string.Join(' ', expected.Skip(1)), await ReadAsync(after: 1));
        Assert.Equal(string.Join(' ', expected), await ReadAsync());
        Assert.Equal(string.Join(' ', expected), await ReadAsync(translate: Some));
    }

    [Fact]
    public async Task Every_end_is_told_wherever_the_reader_is()
    {
        var end = CookEvents.OfEnd(new CookOutcome(1, CastStatus.Failed, CookProgress.Of(2)), Now);
        await WriteAsync(CookEvents.OfStart(1, Now, 2), end, end, CookEvents.OfStart(2, Now, 2));

        Assert.Equal(1, (await _indexes.ReadAsync(Id, All, 0, 1, default)).Ends.Single().Attempt);
        await WriteAsync(CookEvents.OfEnd(new CookOutcome(2, CastStatus.Completed, CookProgress.Of(2)), Now));

        Assert.Equal([1, 2], (await _indexes.ReadAsync(Id, All, 3, 10, default)).Ends.Select(e => e.Attempt));
        Assert.Equal([1, 2], (await _indexes.ReadAsync(Id, _ => null, 0, 10, default)).Ends.Select(e => e.Attempt));
    }

    [Fact]
    public async Task However_many_read_at_once_each_gets_every_event_once()
    {
        var readers = Enumerable.Range(1, 12).Select(async reader =>
        {
            List<NumberedEvent> read = [];
            while (read.Count < 400)
            {
                read.AddRange((await _indexes.ReadAsync(Id, reader % 2 == 0 ? All : Some, read.Count, reader * 7, default)).Events);
            }

            return string.Join(' ', read.Select(e => $"{e.Seq}{e.Event.Id}"));
        }).ToList();
        for (var i = 0; i < 400; i++)
        {
            await AppendAsync($"e{i / 2}", $"e{i}");
        }

        var expected = string.Join(' ', (await PlainAsync(All)).Select(e => $"{e.Seq}{e.Event.Id}"));
        Assert.All(await Task.WhenAll(readers), read => Assert.Equal(expected, read));
    }

    [Theory]
    [InlineData(FaultMoment.Before)]
    [InlineData(FaultMoment.After)]
    public async Task Who_goes_away_while_it_is_read_takes_nothing_along(object moment)
    {
        await AppendAsync("a", "b");
        await ReadAsync();
        await AppendAsync("a", "c");
        using (var held = _objects.Hold("*", StoreOperation.ReadLog, (FaultMoment)moment))
        {
            using var gone = new CancellationTokenSource();
            var abandoned = _indexes.ReadAsync(Id, All, 0, 10, gone.Token);
            await held.Reached;
            await gone.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned);
            held.Fault!.Lift();
        }

        Assert.Equal("2b 3c", await ReadAsync(after: 1));
    }

    [Fact]
    public async Task An_event_that_cannot_be_told_is_not_passed_over()
    {
        await AppendAsync("a", "b", "c");
        var isBroken = true;
        Func<CastEvent, CastEvent?> translate = e => e.Id == "b" && isBroken ? throw new FormatException() : e;
        await Assert.ThrowsAsync<FormatException>(() => ReadAsync(translate: translate));
        await Assert.ThrowsAsync<FormatException>(() => ReadAsync(translate: translate));

        isBroken = false;

        Assert.Equal("1a 2b 3c", await ReadAsync(translate: translate));
    }

    [Fact]
    public async Task More_journals_than_are_remembered_are_read_anew()
    {
        var (journal, translated) = (new Journal(_objects), 0);
        Func<CastEvent, CastEvent?> translate = e =>
        {
            translated++;
            return e;
        };
        for (var cook = 0; cook < 1_200; cook++)
        {
            await journal.AppendAsync($"{Id}{cook}", [Event("a"), Event("b"), Event("c")], default);
            await _indexes.ReadAsync($"{Id}{cook}", translate, 0, 1, default);
        }

        async Task<int> CostAsync(int cook)
        {
            translated = 0;
            var found = await _indexes.ReadAsync($"{Id}{cook}", translate, 2, 10, default);
            Assert.Equal((3, "c"), (found.Events.Single().Seq, found.Events.Single().Event.Id));
            return translated;
        }

        Assert.Equal((1, 4, 1), (await CostAsync(1_199), await CostAsync(0), await CostAsync(0)));
    }

    [Fact]
    public async Task Who_has_read_everything_costs_one_known_line_and_who_has_not_what_comes_after()
    {
        var (read, memory) = (new List<(long Offset, int Bytes)>(), new MemoryObjects());
        var objects = new Mock<IObjectStore>(MockBehavior.Strict);
        objects.Setup(store => store.ReadLogAsync(CastObjects.Journal(Id), It.IsAny<long>(), It.IsAny<CancellationToken>()))
            .Returns(async (string name, long offset, CancellationToken cancellation) =>
            {
                var content = await memory.ReadLogAsync(name, offset, cancellation);
                read.Add((offset, content.Length));
                return content;
            });
        var indexes = new EventIndexes(new Journal(objects.Object));
        await new Journal(memory).AppendAsync(Id, Enumerable.Range(100, 100).Select(i => Event($"e{i}")), default);
        foreach (var after in (int[])[0, 100, 90])
        {
            await indexes.ReadAsync(Id, All, after, 5, default);
        }

        var line = read[0].Bytes / 100;
        Assert.Equal([(0, 100 * line), (99 * line, line), (90 * line, 10 * line)], read);
    }

    [Fact]
    public void Whatever_was_written_and_asked_for_the_answer_is_the_plain_one()
    {
        var operation = Gen.Choose(0, 29).Three();
        Prop.ForAll(operation.ListOf().Select(list => list.ToList()).ToArbitrary(), async operations =>
        {
            var test = new EventIndexesTests();
            foreach (var (what, x, y) in operations)
            {
                await test.DoAsync(what, x, y);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    async Task DoAsync(int what, int x, int y)
    {
        switch (what)
        {
            case < 12:
                await WriteAsync([.. Enumerable.Range(x, 1 + (y % 5)).Select(n => Event($"e{n * 7 % 31}", n % 4 == 0 ? "left.out" : n % 13 == 5 ? CookEvents.Failed : "step.started"))]);
                break;
            case 12:
                await _objects.AppendAsync(CastObjects.Journal(Id), Encoding.UTF8.GetBytes("{\"id\":\"torn"[..(y % 11)] + "\n"), default);
                break;
            case 13:
                await _objects.DeleteAsync(CastObjects.Journal(Id), default);
                break;
            default:
                var translate = what % 2 == 0 ? All : Some;
                var plain = (await PlainAsync(translate)).Where(e => e.Seq > x).ToList();
                var ends = (await new Journal(_objects).ReadAllAsync(Id, default)).Where(e => CookEvents.IsEnd(e.Type));
                var found = await _indexes.ReadAsync(Id, translate, x, 1 + y, default);
                Assert.Equal(plain.Take(1 + y), found.Events);
                Assert.Equal(ends, found.Ends);
                Assert.Equal(plain.Count > 1 + y, found.HasMore);
                break;
        }
    }

    /// <summary>What the numbers mean: all of the journal, each event once, those that are told, from 1.</summary>
    async Task<List<NumberedEvent>> PlainAsync(Func<CastEvent, CastEvent?> translate) =>
        [.. (await new Journal(_objects).ReadAllAsync(Id, default)).Select(translate).OfType<CastEvent>().Select((e, i) => new NumberedEvent(i + 1, e))];

    Task AppendAsync(params string[] ids) => WriteAsync([.. ids.Select(id => Event(id))]);

    Task WriteAsync(params CastEvent[] events) => new Journal(_objects).AppendAsync(Id, events, default);

    /// <summary>Each at a time of its own, also one that is written again.</summary>
    CastEvent Event(string id, string type = "step.started") => new(id, type, Now.AddSeconds(++_written));

    async Task<string> ReadAsync(int after = 0, int limit = 100, Func<CastEvent, CastEvent?>? translate = null)
    {
        var found = await _indexes.ReadAsync(Id, translate ?? All, after, limit, default);
        return string.Join(' ', found.Events.Select(e => $"{e.Seq}{e.Event.Id}").Concat(found.HasMore ? ["..."] : []));
    }
}
