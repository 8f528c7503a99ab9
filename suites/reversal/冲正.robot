Language: zh-CN

*** 设置 ***
说明                消费中断：没有签购单就是没有成功，终端必须冲正，款项退回。
资源文件            中文.resource


*** 用例 ***
应答丢失后下一笔交易先冲正
    [标签]    R3    R5    R6    R7    M2    M3    M5    L1
    计划故障    tx host 0210 #1    drop    rules=R3,R5
    开台
    消费    12.34    card-1
    应未批准
    不应有签购单
    余额变动应为    card-1    -12.34
    消费    5.00    card-2
    应批准
    余额变动应为    card-1    0.00

密码错误的交易也会先送出冲正
    [标签]    R3    R5    M2    M5    K4
    计划故障    tx host 0210 #1    drop    rules=R3,R5
    开台
    消费    12.34    card-1
    消费    5.00    card-2    wrong
    应未批准
    余额变动应为    card-1    0.00

冲正之后后台查询为未成功
    [标签]    Q1    R3    M2
    计划故障    tx host 0210 #1    drop    rules=Q1,R3
    开台
    消费    12.34    card-1
    后台查询应为    card-1    open
    消费    5.00    card-2
    后台查询应为    card-1    not_succeeded
