using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Patterns;

/// <summary>What is to be measured.</summary>
/// <param name="Count">How many pages.</param>
/// <param name="Unreadable">The page that cannot be measured, if there is one.</param>
/// <param name="Slowness">How long one page takes, in milliseconds.</param>
public sealed record Book(int Count, int? Unreadable = null, int Slowness = 0);

/// <summary>One page of a book.</summary>
public sealed record Page(int Number, bool Readable, int Slowness);

/// <summary>Fan-out and fan-in: all pages are measured at once, and the results added up.</summary>
public static class FanOut
{
    [Function(nameof(FanOut))]
    public static async Task<int> Run([OrchestrationTrigger] TaskOrchestrationContext context, Book book)
    {
        Page[] pages = await context.CallActivityAsync<Page[]>(nameof(ListPages), book);
        int[] lengths = await Task.WhenAll(pages.Select(page => context.CallActivityAsync<int>(nameof(MeasurePage), page)));
        return lengths.Sum();
    }

    [Function(nameof(ListPages))]
    public static Page[] ListPages([ActivityTrigger] Book book) =>
        [.. Enumerable.Range(1, book.Count).Select(number => new Page(number, number != book.Unreadable, book.Slowness))];

    [Function(nameof(MeasurePage))]
    public static async Task<int> MeasurePage([ActivityTrigger] Page page, FunctionContext context)
    {
        if (page.Slowness > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(page.Slowness), TimeProvider.System, context.CancellationToken);
        }

        return page.Readable ? page.Number : throw new InvalidDataException($"Page {page.Number} cannot be read.");
    }

    [Function("FanOut_Start")]
    public static async Task<HttpResponseData> Start(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "fan-out")] HttpRequestData request,
        [FromBody] Book book,
        [DurableClient] DurableTaskClient client,
        FunctionContext context)
    {
        string id = await client.ScheduleNewOrchestrationInstanceAsync(nameof(FanOut), book, context.CancellationToken);
        return await client.CreateCheckStatusResponseAsync(request, id, context.CancellationToken);
    }
}
