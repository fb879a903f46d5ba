using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json;
using Grimoire.Casts;
using Grimoire.Functions.Tools.Http;
using OpenAI;
using OpenAI.Chat;

namespace Grimoire.Functions.Tools.Models;

/// <summary>All questions of one attempt to its models, and what they cost.</summary>
sealed class ModelSession(HttpClient client, ToolCall call, ModelSettings settings, TimeSpan timeout, Redactor redactor, TimeProvider time)
{
    readonly long _begun = time.GetTimestamp();
    bool _isPriced;
    int _questions;
    int _model;

    /// <summary>Of the attempt.</summary>
    public Bill Bill => call.Bill;

    /// <summary>Asks the first model that answers; one that is away or unknown is not asked again in this attempt.</summary>
    public async Task<ModelAnswer> AskAsync(IReadOnlyList<ChatMessage> messages, ChatResponseFormat? format, CancellationToken cancellation)
    {
        ToolFailedException? hopeful = null;
        for (; ; _model++)
        {
            var model = settings.Models[_model];
            try
            {
                return await OneAsync(model, messages, format, cancellation).ConfigureAwait(false);
            }
            catch (ToolFailedException failed) when (ModelFailure.IsForAnotherModel(failed.Failure))
            {
                // If none answers, one that may answer later decides whether to try again.
                hopeful = hopeful is { Failure.Transient: true } ? hopeful : failed;
                if (_model + 1 == settings.Models.Count)
                {
                    throw hopeful;
                }

                Bill.Warn(
                    $"The model '{model}' did not answer ({failed.Failure.Code}); '{settings.Models[_model + 1]}' was asked instead.");
            }
        }
    }

    async Task<ModelAnswer> OneAsync(
        string model, IReadOnlyList<ChatMessage> messages, ChatResponseFormat? format, CancellationToken cancellation)
    {
        var options = new ChatCompletionOptions { Temperature = settings.Temperature, MaxOutputTokenCount = settings.MaxOutputTokens, ResponseFormat = format };
        using var share = ShareOfTime();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, share.Token);
        try
        {
            var result = await ClientOf(model).CompleteChatAsync(messages, options, either.Token).ConfigureAwait(false);
            return Read(model, result);
        }
        catch (ClientResultException refused) when (refused.GetRawResponse() is { } response)
        {
            throw ModelFailure.OfStatus(response, settings.Endpoint, model, redactor, time);
        }
        catch (Exception exception) when (TransportFailure.From(exception, settings.Endpoint, cancellation) is { } failed)
        {
            throw failed;
        }
        catch (ClientResultException unsent) when (!cancellation.IsCancellationRequested)
        {
            throw TransportFailure.From(new HttpRequestException(unsent.Message, unsent), settings.Endpoint, cancellation)!;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException or FormatException or ArgumentException or KeyNotFoundException or NotSupportedException)
        {
            throw ModelFailure.Malformed(settings.Endpoint, model, malformed);
        }
    }

    ModelAnswer Read(string model, ClientResult<ChatCompletion> result)
    {
        var completion = result.Value;
        var requestId = ModelFailure.RequestId(result.GetRawResponse());
        Count(model, completion, requestId);
        var text = string.Concat(completion.Content.Select(part => part.Text));
        var reason = completion.FinishReason;
        if (reason == ChatFinishReason.ContentFilter)
        {
            throw ToolFailedException.Permanent(
                "llm.contentFilter", $"The content filter of '{model}' has stopped the answer.", ModelFailure.Details(model, requestId));
        }

        if (completion.Refusal is { Length: > 0 } refusal)
        {
            throw ToolFailedException.Permanent(
                "llm.refused", $"'{model}' refuses: {ResponseReader.Excerpt(refusal)}", ModelFailure.Details(model, requestId));
        }

        if (string.IsNullOrWhiteSpace(text))
        {
            throw reason == ChatFinishReason.Length
                ? ToolFailedException.Permanent(
                    "llm.cutOff",
                    $"'{model}' has used up its output tokens before it answered anything; raise maxOutputTokens.",
                    ModelFailure.Details(model, requestId))
                : ToolFailedException.Transient("llm.empty", $"'{model}' has answered nothing.", ModelFailure.Details(model, requestId));
        }

        return new ModelAnswer(
            text, completion.Model is { Length: > 0 } answered ? answered : model, NameOf(reason), reason == ChatFinishReason.Length);
    }

    /// <summary>The attempt has succeeded: where no model has a price, it costs what the tool says.</summary>
    public void CountFlat()
    {
        if (!_isPriced)
        {
            Bill.CostUsd += call.Tool.Cost.Usd ?? 0;
        }
    }

    void Count(string model, ChatCompletion completion, string? requestId)
    {
        var (input, output) = (completion.Usage?.InputTokenCount ?? 0, completion.Usage?.OutputTokenCount ?? 0);
        var cost = settings.CostOf(model, completion.Model ?? model, input, output);
        _isPriced |= cost is not null;
        Bill.Add(new ModelUsage(completion.Model is { Length: > 0 } answered ? answered : model, input, output, cost, requestId));
        if (completion.Usage is null)
        {
            Bill.Warn($"'{model}' does not say how many tokens it has used.");
        }

        if (cost is null && call.Tool.Cost.Usd is null)
        {
            Bill.Warn($"No price is known for '{model}', so its cost is counted as 0; llm.prices of the tool would have it.");
        }
    }

    /// <summary>A model that hangs must leave time for those after it.</summary>
    CancellationTokenSource ShareOfTime()
    {
        var left = timeout - time.GetElapsedTime(_begun);
        var share = left / (settings.Models.Count - _model);
        return new CancellationTokenSource(share > TimeSpan.Zero ? share : TimeSpan.FromMilliseconds(1), time);
    }

    ChatClient ClientOf(string model)
    {
        var options = new OpenAIClientOptions
        {
            Endpoint = settings.Endpoint,
            Transport = new HttpClientPipelineTransport(client),
            // Retries are the spell's to declare, and every one of them is an attempt on record.
            RetryPolicy = new ClientRetryPolicy(0),
            NetworkTimeout = Timeout.InfiniteTimeSpan,
            UserAgentApplicationId = "Grimoire",
        };
        options.AddPolicy(new IdempotencyKeyPolicy($"{call.Attempt.IdempotencyKey}.{++_questions}"), PipelinePosition.PerCall);

        // The client insists on a key; endpoints without keys do not look at it.
        return new ChatClient(model, new ApiKeyCredential(settings.ApiKey is { Length: > 0 } key ? key : "none"), options);
    }

    static string NameOf(ChatFinishReason reason) => reason switch
    {
        ChatFinishReason.Stop => "stop",
        ChatFinishReason.Length => "length",
        ChatFinishReason.ToolCalls => "tool_calls",
        ChatFinishReason.FunctionCall => "function_call",
        _ => "content_filter",
    };

    sealed class IdempotencyKeyPolicy(string key) : PipelinePolicy
    {
        public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
        {
            message.Request.Headers.Set("Idempotency-Key", key);
            ProcessNext(message, pipeline, currentIndex);
        }

        public override ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
        {
            message.Request.Headers.Set("Idempotency-Key", key);
            return ProcessNextAsync(message, pipeline, currentIndex);
        }
    }
}

/// <param name="Model">The one that answered.</param>
/// <param name="CutOff">It would have had more to say.</param>
sealed record ModelAnswer(string Text, string Model, string FinishReason, bool CutOff);
