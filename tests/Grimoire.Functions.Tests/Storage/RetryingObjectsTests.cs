using System.Text;
using Azure;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Support;

namespace Grimoire.Functions.Tests.Storage;

public sealed class RetryingObjectsTests
{
    static readonly CancellationToken None = CancellationToken.None;

    readonly InstantTime _time = new();
    readonly FaultyObjects _inner = FaultyObjects.Transient();

    [Fact]
    [Trait("Row", "SP09")]
    [Trait("Row", "DW11")]
    public async Task A_write_is_tried_five_times_with_longer_and_longer_pauses()
    {
        _inner.Fail("record.json", StoreOperation.Replace);
        var version = await _inner.CreateAsync("record.json", Bytes("1"), None);

        var failure = await Assert.ThrowsAsync<StorageException>(() => Store().ReplaceAsync("record.json", Bytes("2"), version!, None));

        Assert.Equal("The storage could not replace 'record.json' in 5 tries: The storage is away: Replace 'record.json'.", failure.Message);
        Assert.Equal(5, _inner.Count(StoreOperation.Replace));
        Assert.Equal(4, _time.Waits.Count);
        Assert.All(_time.Waits, wait => Assert.InRange(wait, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(5)));

        // Jitter may make one pause shorter than the last, but not the later half shorter than the first.
        Assert.True(_time.Waits[2] + _time.Waits[3] > _time.Waits[0] + _time.Waits[1]);
    }

    [Fact]
    [Trait("Row", "SP09")]
    public async Task What_works_at_the_last_try_has_worked()
    {
        _inner.Fail("log", StoreOperation.Append, times: 4);

        await Store().AppendAsync("log", Bytes("1\n"), None);

        Assert.Equal(5, _inner.Count(StoreOperation.Append));
        Assert.Equal(2, (await _inner.ReadLogAsync("log", 0, None)).Length);
    }

    [Fact]
    public async Task A_claim_whose_answer_was_lost_is_the_claimers()
    {
        _inner.Fail("claim", StoreOperation.Create, times: 1, moment: FaultMoment.After);

        var version = await Store().CreateAsync("claim", Bytes("mine"), None);

        Assert.Equal((await _inner.ReadAsync("claim", None))!.Version, version);
    }

    [Fact]
    [Trait("Row", "SP22")]
    public async Task A_claim_that_somebody_else_made_between_two_tries_is_theirs()
    {
        _inner.Fail("claim", StoreOperation.Create, times: 1);
        _time.OnWait = () => _inner.CreateAsync("claim", Bytes("theirs"), None);

        Assert.Null(await Store().CreateAsync("claim", Bytes("mine"), None));
        Assert.Equal("theirs", Text((await _inner.ReadAsync("claim", None))!.Content));
    }

    [Fact]
    public async Task A_claim_that_is_taken_is_not_read_to_find_that_out()
    {
        await _inner.CreateAsync("claim", Bytes("mine"), None);

        Assert.Null(await Store().CreateAsync("claim", Bytes("mine"), None));
        Assert.Equal(0, _inner.Count(StoreOperation.Read));
    }

    [Fact]
    public async Task A_replacement_whose_answer_was_lost_was_made()
    {
        var first = await _inner.CreateAsync("o", Bytes("1"), None);
        _inner.Fail("o", StoreOperation.Replace, times: 1, moment: FaultMoment.After);

        var second = await Store().ReplaceAsync("o", Bytes("2"), first!, None);

        Assert.Equal((await _inner.ReadAsync("o", None))!.Version, second);
        Assert.NotEqual(first, second);
    }

    [Fact]
    public async Task A_replacement_that_somebody_else_was_quicker_with_was_not_made()
    {
        var first = await _inner.CreateAsync("o", Bytes("1"), None);
        _inner.Fail("o", StoreOperation.Replace, times: 1);
        _time.OnWait = () => _inner.ReplaceAsync("o", Bytes("theirs"), first!, None);

        Assert.Null(await Store().ReplaceAsync("o", Bytes("mine"), first!, None));
        Assert.Equal("theirs", Text((await _inner.ReadAsync("o", None))!.Content));
    }

    [Fact]
    public async Task An_addition_whose_answer_was_lost_is_there_at_least_once()
    {
        _inner.Fail("log", StoreOperation.Append, times: 1, moment: FaultMoment.After);

        await Store().AppendAsync("log", Bytes("1\n"), None);

        Assert.Equal("1\n1\n", Text(await _inner.ReadLogAsync("log", 0, None)));
    }

    [Theory]
    [InlineData(0, "", 5)]
    [InlineData(408, "", 5)]
    [InlineData(429, "", 5)]
    [InlineData(500, "InternalError", 5)]
    [InlineData(503, "ServerBusy", 5)]
    [InlineData(409, "ContainerBeingDeleted", 5)]
    [InlineData(400, "InvalidHeaderValue", 1)]
    [InlineData(403, "AuthorizationFailure", 1)]
    [InlineData(409, "ContainerDisabled", 1)]
    [InlineData(407, null, 1)]
    [InlineData(413, "RequestBodyTooLarge", 1)]
    public async Task What_passes_is_tried_again_and_what_does_not_is_said_at_once(int status, string? code, int tries)
    {
        _inner.Fail(with: () => new RequestFailedException(status, "No such host.\nHeaders: Secret", code, null));

        var failure = await Assert.ThrowsAsync<StorageException>(() => Store().ReadAsync("o", None));

        Assert.Equal(tries, _inner.Count(StoreOperation.Read));
        Assert.Contains(status == 0 ? "it cannot be reached (No such host)" : $"it answered {status}", failure.Message, StringComparison.Ordinal);
        Assert.Contains(code ?? "it answered 407.", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Secret", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Denied_access_is_not_tried_again_and_a_full_disk_is()
    {
        _inner.Fail("denied", with: () => new UnauthorizedAccessException("Access to the path is denied."));
        _inner.Fail("full", with: () => new IOException("No space left on device"));

        var denied = await Assert.ThrowsAsync<StorageException>(() => Store().CreateAsync("denied", Bytes("1"), None));
        var full = await Assert.ThrowsAsync<StorageException>(() => Store().CreateAsync("full", Bytes("1"), None));

        Assert.Equal("The storage could not create 'denied': access is denied (Access to the path is denied).", denied.Message);
        Assert.Equal("The storage could not create 'full' in 5 tries: No space left on device.", full.Message);
    }

    [Fact]
    public async Task A_try_that_takes_too_long_is_tried_again_and_a_caller_who_gives_up_is_not()
    {
        _inner.Fail("slow", times: 1, with: () => new TaskCanceledException("The request timed out."));
        Assert.NotNull(await Store().CreateAsync("slow", Bytes("1"), None));

        using var givenUp = new CancellationTokenSource();
        using var held = _inner.Hold("held");
        var waiting = Store().CreateAsync("held", Bytes("1"), givenUp.Token);
        await held.Reached;
        await givenUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(1, _inner.Count(StoreOperation.Create, "held"));
    }

    [Fact]
    [Trait("Row", "NX10")]
    public async Task A_stream_is_sent_once_and_the_failure_says_what_could_not_be_stored()
    {
        _inner.Fail("a.png", StoreOperation.Upload);

        var failure = await Assert.ThrowsAsync<StorageException>(
            () => Store().UploadAsync("a.png", new MemoryStream([1]), "image/png", new Dictionary<string, string>(), 10, None));

        Assert.Equal("The storage could not store 'a.png': The storage is away: Upload 'a.png'.", failure.Message);
        Assert.Equal(1, _inner.Count(StoreOperation.Upload));
    }

    [Fact]
    public async Task A_listing_that_breaks_goes_on()
    {
        foreach (var name in new[] { "a/1", "a/2", "a/3" })
        {
            await _inner.CreateAsync(name, Bytes("{}"), None);
        }

        var broken = _inner.Fail("a/3", StoreOperation.List, times: 1, moment: FaultMoment.After);
        var names = new List<string>();
        await foreach (var name in Store().ListAsync("a/", null, None))
        {
            names.Add(name);
        }

        Assert.Equal(["a/1", "a/2", "a/3"], names);
        Assert.Equal(1, broken.Hits);
    }

    RetryingObjects Store() => new(_inner, Retries.Of(_time));

    static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
