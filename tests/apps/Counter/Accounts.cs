using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;

namespace Counting;

/// <summary>Who gives what to whom.</summary>
public sealed record TransferRequest(string From, string To, int Amount);

/// <summary>Accounts, an entity that is one function; and transfers between two of them, which nobody else sees half done.</summary>
public static class Accounts
{
    const string Account = "Account";

    [Function(Account)]
    public static Task DispatchAsync([EntityTrigger(EntityName = Account)] TaskEntityDispatcher dispatcher) =>
        dispatcher.DispatchAsync(operation =>
        {
            int balance = operation.State.GetState<int>();
            switch (operation.Name.ToUpperInvariant())
            {
                case "DEPOSIT":
                    balance += operation.GetInput<int>();
                    break;
                case "WITHDRAW":
                    balance -= operation.GetInput<int>();
                    if (balance < 0)
                    {
                        throw new InvalidOperationException($"{operation.Context.Id.Key} cannot owe {-balance}.");
                    }

                    break;
                case "BALANCE":
                    break;
                default:
                    throw new NotSupportedException($"An account has no operation '{operation.Name}'.");
            }

            operation.State.SetState(balance);
            return new ValueTask<object?>(balance);
        });

    [Function(nameof(Transfer))]
    public static async Task<bool> Transfer([OrchestrationTrigger] TaskOrchestrationContext context, TransferRequest transfer)
    {
        var from = new EntityInstanceId(Account, transfer.From);
        var to = new EntityInstanceId(Account, transfer.To);
        await using (await context.Entities.LockEntitiesAsync(from, to))
        {
            int balance = await context.Entities.CallEntityAsync<int>(from, "Balance");
            if (balance < transfer.Amount)
            {
                return false;
            }

            await context.Entities.CallEntityAsync<int>(from, "Withdraw", transfer.Amount);
            await context.Entities.CallEntityAsync<int>(to, "Deposit", transfer.Amount);
            return true;
        }
    }

    /// <summary>Takes without looking: fails if there is not enough.</summary>
    [Function(nameof(Withdrawal))]
    public static Task<int> Withdrawal([OrchestrationTrigger] TaskOrchestrationContext context, TransferRequest transfer) =>
        context.Entities.CallEntityAsync<int>(new EntityInstanceId(Account, transfer.From), "Withdraw", transfer.Amount);

    [Function("Transfer_Start")]
    public static async Task<HttpResponseData> StartAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "transfers")] HttpRequestData request,
        [FromBody] TransferRequest transfer,
        [DurableClient] DurableTaskClient client,
        FunctionContext context)
    {
        string name = transfer.To.Length == 0 ? nameof(Withdrawal) : nameof(Transfer);
        string id = await client.ScheduleNewOrchestrationInstanceAsync(name, transfer, context.CancellationToken);
        return await client.CreateCheckStatusResponseAsync(request, id, context.CancellationToken);
    }
}
