using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Store;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Tests.Storage;

/// <summary>Queries find what they ask for, page by page, and without walking through all that is stored.</summary>
public sealed class QueryTests : IDisposable
{
    const int Count = 5_000;

    static readonly OrchestrationRuntimeStatus[] Statuses =
    [
        OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated, OrchestrationRuntimeStatus.Running,
    ];

    readonly TestStore _store = new();

    public static TheoryData<string, string> Filters => new()
    {
        { "status", "SEARCH instances USING COVERING INDEX instances_status" },
        { "statuses", "SEARCH instances USING COVERING INDEX instances_status" },
        { "name", "SEARCH instances USING COVERING INDEX instances_name" },
        { "prefix", "SEARCH instances USING INDEX instances_id (id>? AND id<?)" },
        { "created", "SEARCH instances USING COVERING INDEX instances_created" },
        { "created from", "SEARCH instances USING COVERING INDEX instances_created" },
        { "created to", "SEARCH instances USING COVERING INDEX instances_created" },
        { "updated", "SEARCH instances USING COVERING INDEX instances_updated" },
        { "tag", "SEARCH tags USING PRIMARY KEY" },
        { "nothing", "SEARCH instances USING INDEX instances_id (id>?)" },
    };

    public void Dispose() => _store.Dispose();

    [Theory]
    [MemberData(nameof(Filters))]
    public void A_filter_uses_its_index(string filter, string expected)
    {
        string plan = Explain(Query(filter), isNarrow: true);

        Assert.Contains(expected, plan, StringComparison.Ordinal);
        Assert.DoesNotContain("SCAN", plan, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("created")]
    [InlineData("updated")]
    [InlineData("status")]
    [InlineData("name")]
    public void A_wide_range_is_walked_through_once_and_not_sorted_for_each_page(string filter)
    {
        string plan = Explain(Query(filter), isNarrow: false);

        Assert.Contains("SEARCH instances USING INDEX instances_id (id>?)", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("TEMP B-TREE", plan, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1_000)]
    [InlineData(100_000)]
    public async Task Pages_of_any_size_hold_everything_once_and_in_order(int size)
    {
        await _store.InsertAsync(Rows);

        List<IReadOnlyList<InstanceRow>> pages = Pages(new InstanceQuery { PageSize = size });

        Assert.Equal(Enumerable.Range(1, Count).Select(n => (long)n), pages.SelectMany(page => page).Select(row => row.Key));
        Assert.All(pages.SkipLast(1), page => Assert.Equal(size, page.Count));
    }

    [Fact]
    public async Task Whatever_was_stored_first_ids_come_in_their_order_on_all_pages()
    {
        string[] ids = ["b-3", "a-2", "B-1", "b-1", "é-1", "b-2", "c-1", "😀", "b", "b-"];
        await _store.InsertAsync(ids.Select((id, n) => TestStore.Row(n + 1) with { Id = id }));

        IEnumerable<string> all = Pages(new InstanceQuery { PageSize = 3 }).SelectMany(page => page).Select(row => row.Id);
        IEnumerable<string> some = Pages(new InstanceQuery { PageSize = 2, IdPrefix = "b-" }).SelectMany(page => page).Select(row => row.Id);

        Assert.Equal(["B-1", "a-2", "b", "b-", "b-1", "b-2", "b-3", "c-1", "é-1", "😀"], all);
        Assert.Equal(["b-", "b-1", "b-2", "b-3"], some);
    }

    [Fact]
    public async Task A_later_page_of_a_prefix_begins_where_the_one_before_ended_and_not_at_the_prefix()
    {
        await _store.InsertAsync(Rows);

        string plan = Explain(new InstanceQuery { IdPrefix = "i01", After = "i0123" }, isNarrow: true);

        Assert.Contains("SEARCH instances USING INDEX instances_id (id>? AND id<?)", plan, StringComparison.Ordinal);
        Assert.Empty(Pages(new InstanceQuery { IdPrefix = "a", After = "i0123" }).SelectMany(page => page));
        Assert.NotEmpty(Pages(new InstanceQuery { IdPrefix = "i01", After = "a" }).SelectMany(page => page));
    }

    [Theory]
    [MemberData(nameof(Filters))]
    public async Task A_filter_finds_what_it_should_on_all_pages(string filter, string index)
    {
        Assert.NotEmpty(index);
        await _store.InsertAsync(Rows);

        IEnumerable<long> found = Pages(Query(filter) with { PageSize = 64 }).SelectMany(page => page).Select(row => row.Key);

        Assert.Equal(Rows.Where(row => Matches(filter, row)).Select(row => row.Key), found);
    }

    [Fact]
    public async Task Filters_narrow_each_other()
    {
        await _store.InsertAsync(Rows);
        InstanceQuery query = Query("status") with { Name = "Name3", IdPrefix = "i0", Tags = Query("tag").Tags, CreatedFrom = At(50) };

        List<long> found = [.. Pages(query).SelectMany(page => page).Select(row => row.Key)];

        Assert.NotEmpty(found);
        Assert.Equal(
            Rows.Where(row => Matches("status", row) && row.Name == "Name3" && row.Id.StartsWith("i0", StringComparison.Ordinal) && Matches("tag", row) && row.Created >= 50)
                .Select(row => row.Key),
            found);
    }

    [Theory]
    [InlineData("i_", "i_1")]
    [InlineData("i%", "i%2")]
    [InlineData("I", "I3")]
    [InlineData("é", "é4")]
    [InlineData("😀", "😀5")]
    public async Task A_prefix_is_taken_literally(string prefix, string expected)
    {
        await _store.InsertAsync(new[] { "i_1", "i%2", "I3", "é4", "😀5", "i01", "e4" }.Select((id, n) => TestStore.Row(n) with { Id = id }));

        IEnumerable<string> found = Pages(new InstanceQuery { IdPrefix = prefix }).SelectMany(page => page).Select(row => row.Id);

        Assert.Equal([expected], found);
    }

    static IEnumerable<InstanceRow> Rows => Enumerable.Range(1, Count).Select(n => TestStore.Row(n) with
    {
        Name = $"Name{n % 10}",
        Status = Statuses[n / 10 % Statuses.Length],
        Updated = Count - n,
        Tags = n % 3 == 0 ? new Dictionary<string, string> { ["owner"] = $"o{n % 5}" } : null,
    });

    static InstanceQuery Query(string filter) => filter switch
    {
        "status" => new InstanceQuery { Statuses = [OrchestrationRuntimeStatus.Failed] },
        "statuses" => new InstanceQuery { Statuses = [OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Running] },
        "name" => new InstanceQuery { Name = "Name7" },
        "prefix" => new InstanceQuery { IdPrefix = "i012" },
        "created" => new InstanceQuery { CreatedFrom = At(1_000), CreatedTo = At(4_500) },
        "created from" => new InstanceQuery { CreatedFrom = At(4_900) },
        "created to" => new InstanceQuery { CreatedTo = At(100) },
        "updated" => new InstanceQuery { UpdatedFrom = At(4_000), UpdatedTo = At(4_200) },
        "tag" => new InstanceQuery { Tags = new Dictionary<string, string> { ["owner"] = "o3" } },
        _ => new InstanceQuery(),
    };

    static bool Matches(string filter, InstanceRow row) => filter switch
    {
        "status" => row.Status == OrchestrationRuntimeStatus.Failed,
        "statuses" => row.Status is OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Running,
        "name" => row.Name == "Name7",
        "prefix" => row.Id.StartsWith("i012", StringComparison.Ordinal),
        "created" => row.Created is >= 1_000 and <= 4_500,
        "created from" => row.Created >= 4_900,
        "created to" => row.Created <= 100,
        "updated" => row.Updated is >= 4_000 and <= 4_200,
        "tag" => row.Tags?["owner"] == "o3",
        _ => true,
    };

    static DateTimeOffset At(long ticks) => new(ticks, TimeSpan.Zero);

    List<IReadOnlyList<InstanceRow>> Pages(InstanceQuery query)
    {
        var pages = new List<IReadOnlyList<InstanceRow>>();
        string? next = query.After;
        while (next is { } after)
        {
            (IReadOnlyList<InstanceRow> rows, next) = _store.File.Readers.Read(reader => reader.Query(query with { After = after }));
            pages.Add(rows);
        }

        return pages;
    }

    string Explain(InstanceQuery query, bool isNarrow)
    {
        Assert.NotNull(_store.File);
        using SqliteConnection connection = SqliteConnection.Open(_store.Path, readOnly: true);
        using SqliteStatement statement = connection.Prepare($"EXPLAIN QUERY PLAN {StoreReader.Select(query, (_, _) => isNarrow).Sql}");
        var plan = new List<string>();
        while (statement.Step())
        {
            // Older versions of SQLite say "SEARCH TABLE x" for "SEARCH x".
            plan.Add(statement.Text(3).Replace(" TABLE ", " ", StringComparison.Ordinal));
        }

        return string.Join(Environment.NewLine, plan);
    }
}
